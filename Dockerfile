# The image: Node, the bundle, their licences, nothing else. No shell, no package manager, no user but a number.
#
#   docker build --tag webhook-reconciler:0.1.0 .
#   docker run --rm --read-only -v "$PWD/webhooks:/webhooks:ro" webhook-reconciler:0.1.0 validate /webhooks
#
# Where these registries cannot be reached, name images that can: BUILD_IMAGE needs Node 20 or newer with npm,
# BASE_IMAGE a C++ runtime (glibc 2.28, libstdc++). One image may be both.
# `npm run pin-images` writes behind the tags the digests that they stand for now.
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
ARG NPM_CONFIG_REGISTRY=https://registry.npmjs.org/
WORKDIR /build
# The lock file alone decides this layer. Only these two packages need their install scripts: Node fetches itself.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund && npm rebuild node esbuild
COPY scripts/build.ts scripts/
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY schemas schemas
RUN npm run build
COPY LICENSE ./
# The Node that the tests run on, as package.json pins it, not the one that happens to be in either image.
RUN mkdir -p /image/usr/local/bin /image/app/dist /image/licenses \
  && cp -L node_modules/node/bin/node /image/usr/local/bin/node \
  && cp package.json /image/app/ \
  && cp -r dist/webhook-reconciler.js dist/main.js dist/main.js.map dist/page /image/app/dist/ \
  && cp LICENSE dist/THIRD-PARTY-LICENCES.txt /image/licenses/ \
  && cp node_modules/node/node_modules/node-*/LICENSE /image/licenses/NODE-LICENSE.txt \
  && chmod -R a=rX,u+w /image && chmod 0755 /image/usr/local/bin/node

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="webhook-reconciler" \
  org.opencontainers.image.description="Keeps an Upvest tenant's webhook subscriptions equal to YAML files in a git checkout" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${BASE_IMAGE}"
COPY --from=build /image /
# No compile cache: with a read-only root there is nowhere to keep it, and a container starts from its image anyway.
# Node's permission model: the process writes no file and starts no other process, no worker, no addon, and no signal opens
# a debugger. What it may read is for whoever mounts it to say: deploy/kubernetes does, by another NODE_OPTIONS.
# Bounds for the heap: left to itself, Node lets garbage lie as long as there is memory.
ENV NODE_ENV=production NODE_DISABLE_COMPILE_CACHE=1
# And for what lies outside it (glibc): one arena, given back to the system early. With one for each thread, a fifth more
# is resident after a thousand passes, and still growing.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
ENV NODE_OPTIONS="--max-old-space-size=256 --max-semi-space-size=4 --permission --allow-fs-read=* --disable-sigusr1"
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
# `source.path` is ./webhooks unless told otherwise: mount the checkout at /webhooks.
WORKDIR /
EXPOSE 8080
# Node is PID 1 and gets the signal itself: it finishes the request under way and exits within 10 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/webhook-reconciler.js"]
CMD ["run"]
