# docker build -f deploy/docker/Producer.Api.Dockerfile -t skillai-queue-api .
# Without a "# syntax" line: it would fetch a frontend from a registry, and the build has to work without one.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK} AS build
WORKDIR /src
# Packages first: this layer is rebuilt only when a project or lock file changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Contracts/Contracts.csproj Contracts/packages.Cpu.lock.json Contracts/
COPY Transport/Transport.csproj Transport/packages.Cpu.lock.json Transport/
COPY Producer.Api/Producer.Api.csproj Producer.Api/packages.Cpu.lock.json Producer.Api/
RUN dotnet restore Producer.Api -p:RestoreLockedMode=true
COPY Contracts Contracts
COPY Transport Transport
COPY Producer.Api Producer.Api
# Compiled ahead of time: the first call after a start takes half as long. That needs the processor's name in a restore,
# which the lock file does not have; the versions are exact all the same.
RUN dotnet publish Producer.Api -c Release -o /app --use-current-runtime --self-contained false \
    -p:PublishReadyToRun=true -p:RestoreLockedMode=false -p:NuGetLockFilePath=obj/runtime.lock.json \
    -p:UseAppHost=false -p:RunAnalyzers=false

FROM ${RUNTIME} AS final
LABEL org.opencontainers.image.title="SkillAi.Queue API" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app .
COPY models /models
COPY --chmod=755 deploy/docker/healthcheck /usr/local/bin/healthcheck
# Nothing is written but /tmp, so the root file system may be read-only. Diagnostics would open a socket there.
ENV ASPNETCORE_HTTP_PORTS="" Urls=http://*:8080 Models__Path=/models DOTNET_EnableDiagnostics=0
USER 1654:1654
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["healthcheck", "/health/live"]
# The exec form: dotnet is the process that gets SIGTERM.
ENTRYPOINT ["dotnet", "SkillAi.Queue.Producer.Api.dll"]
