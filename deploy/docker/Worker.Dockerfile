# docker build -f deploy/docker/Worker.Dockerfile --build-arg FLAVOR=cpu -t skillai-queue-worker:0.1.0-cpu .
# docker build -f deploy/docker/Worker.Dockerfile --build-arg FLAVOR=gpu -t skillai-queue-worker:0.1.0-gpu .
# Without a "# syntax" line: it would fetch a frontend from a registry, and the build has to work without one.
ARG FLAVOR=cpu
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0
ARG CUDA=nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

FROM ${SDK} AS build
ARG FLAVOR
WORKDIR /src
# Packages first: this layer is rebuilt only when a project or lock file changes. The gpu flavor has no lock file.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Contracts/Contracts.csproj Contracts/packages.Cpu.lock.json Contracts/
COPY Transport/Transport.csproj Transport/packages.Cpu.lock.json Transport/
COPY Worker/Worker.csproj Worker/packages.Cpu.lock.json Worker/
RUN case "$FLAVOR" in \
      cpu) dotnet restore Worker -p:OnnxRuntimeFlavor=Cpu -p:RestoreLockedMode=true ;; \
      gpu) dotnet restore Worker -p:OnnxRuntimeFlavor=Gpu ;; \
      *) echo "FLAVOR is '$FLAVOR'; it must be cpu or gpu." >&2; exit 1 ;; \
    esac
COPY Contracts Contracts
COPY Transport Transport
COPY Worker Worker
# Native libraries of other systems than Linux are half of the output.
RUN flavor=Cpu; [ "$FLAVOR" = cpu ] || flavor=Gpu; \
    dotnet publish Worker -c Release --no-restore -o /app -p:UseAppHost=false -p:RunAnalyzers=false -p:OnnxRuntimeFlavor=$flavor && \
    rm -rf /app/runtimes/win* /app/runtimes/osx* /app/runtimes/android* /app/runtimes/ios*

FROM ${RUNTIME} AS runtime-cpu
ENV ExecutionProvider=cpu

# Named cuda, never auto: an image for the GPU that runs on the CPU instead would be found out by its bill.
FROM ${CUDA} AS runtime-gpu
COPY --from=runtime-cpu /usr/share/dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV ExecutionProvider=cuda NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM runtime-${FLAVOR} AS final
LABEL org.opencontainers.image.title="SkillAi.Queue worker" org.opencontainers.image.licenses="Apache-2.0"
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
ENTRYPOINT ["dotnet", "SkillAi.Queue.Worker.dll"]
