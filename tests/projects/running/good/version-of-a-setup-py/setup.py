from setuptools import setup

setup(
    name="shop",
    install_requires=[
        "flask",
        "flask-sqlalchemy~=3.1",
    ],
)
