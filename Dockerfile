# poolaudit in a container.
#
#     docker build --tag poolaudit .
#     docker run --rm poolaudit demo
#     docker run --rm --volume ./poolaudit.toml:/etc/poolaudit/poolaudit.toml:ro --volume poolaudit:/var/lib/poolaudit \
#         poolaudit report
#
# Settings are looked for in /etc/poolaudit; the history, with letters that are still to be delivered, is in
# /var/lib/poolaudit.

ARG PYTHON=3.13.7-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY poolaudit poolaudit
RUN pip wheel --no-cache-dir --wheel-dir /wheels ".[login-path,postgresql,report]"

FROM python:${PYTHON}
# The wheels are those that were just made, so that no version need be said.
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels "poolaudit[login-path,postgresql,report]" \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /var/lib/poolaudit poolaudit \
    && install --directory --owner poolaudit --group poolaudit --mode 0700 /var/lib/poolaudit
# The list of fonts for pictures is made once, beside the history, and not at each run.
ENV XDG_STATE_HOME=/var/lib \
    MPLCONFIGDIR=/var/lib/poolaudit/matplotlib
VOLUME /var/lib/poolaudit
WORKDIR /etc/poolaudit
# By number, by which Kubernetes sees that it is not root.
USER 10001:10001
ENTRYPOINT ["poolaudit"]
CMD ["--help"]
