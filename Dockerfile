# syntax=docker/dockerfile:1
# The image of web, live, workers and sweep: nothing secret inside, no root, no compiler.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY constraints.txt .
# Every file is checked against the hash it was reviewed with.
RUN /venv/bin/pip install --require-hashes --only-binary=:all: -r constraints.txt
WORKDIR /app
COPY . .
# The index of places is built here once, to be mapped by every process of every container.
ENV HOME=/app
RUN /venv/bin/python -m deploy.collect_static \
 && /venv/bin/python -c "from alerts.places.opening import load; load()" \
 && /venv/bin/python -m compileall -q alerts rapidresponse deploy

FROM python:3.11-slim-bookworm
ENV HOME=/app PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin rapid \
 && install --directory --owner=rapid --group=rapid --mode=0700 /srv/media
COPY --from=build /venv /venv
# Owned by root: the product cannot change itself.
COPY --from=build /app /app
WORKDIR /app
USER 10001
EXPOSE 8000 8001
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "rapidresponse.wsgi:application"]
