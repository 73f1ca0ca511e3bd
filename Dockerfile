# The server with its pages, without build tools. Roles by environment: see compose.yaml.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY bin ./bin
COPY src ./src
COPY migrations ./migrations
COPY tsconfig.json tsconfig.build.json vite.config.mts ./
RUN npm run build

FROM node:22-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    DATA_DIR=/app/data
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE NOTICE ./
COPY bin ./bin
COPY config ./config
COPY templates ./templates
RUN mkdir data && chown node:node data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Young memory has room for a burst of callbacks: less of it is carried over, and collecting takes less time.
CMD ["node", "--max-semi-space-size=32", "dist/src/main.js"]
