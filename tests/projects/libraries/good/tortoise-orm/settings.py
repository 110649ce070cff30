from tortoise import Tortoise

TORTOISE_ORM = {
    "connections": {"default": "mysql://shop@db1/shop?minsize=2&maxsize=8&pool_recycle=600"},
    "apps": {"models": {"models": ["shop.models"], "default_connection": "default"}},
}


async def start():
    await Tortoise.init(config=TORTOISE_ORM)
