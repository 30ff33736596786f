# The service in two stages: the first compiles, the second holds only what runs. Never root, no secrets: those come from the environment.
# Data lies in /data (embedded PostgreSQL), or where DATABASE_URL says.

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional dependencies are the database: they must not be left out.
RUN npm ci --omit=dev && npm cache clean --force
COPY flows ./flows
COPY content ./content
# The operator's page shows the manuals.
COPY docs ./docs
COPY src/web/simulator/page ./src/web/simulator/page
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js", "all"]
