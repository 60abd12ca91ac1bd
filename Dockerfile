# The web server, the worker and the clock share this image; docker-compose.yml says which starts what.
FROM python:3.11-slim-bookworm AS core

# The compiled core of the documents; the compiler stays out of the image that runs.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends gcc libc6-dev
WORKDIR /core
COPY electionadmin/__init__.py electionadmin/__init__.py
COPY electionadmin/launcher electionadmin/launcher
COPY documents/stream/c documents/stream/c
RUN mkdir built && python -m electionadmin.launcher.compiler built

FROM python:3.11-slim-bookworm

RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /srv/electionadmin --uid 10001 electionadmin

WORKDIR /srv/electionadmin/app
ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1 PATH=/srv/electionadmin/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=electionadmin.settings VAR_DIR=/srv/electionadmin/var

# The packages first: they change less often than the code. Production needs no embedded servers and no tools.
COPY pyproject.toml uv.lock ./
COPY electionadmin/__init__.py electionadmin/__init__.py
COPY electionadmin/launcher electionadmin/launcher
RUN python -m venv /srv/electionadmin/venv \
    && python -m electionadmin.launcher.requirements --production > /tmp/requirements.txt \
    && pip install --no-cache-dir --require-hashes --no-deps -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt
COPY --from=core /core/built/ /srv/electionadmin/venv/lib/python3.11/site-packages/

COPY . .
RUN python -m electionadmin.messages compile \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@127.0.0.1/build python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /srv/electionadmin/var/files \
    && chown -R electionadmin /srv/electionadmin/var

USER electionadmin
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "electionadmin.wsgi:application"]
