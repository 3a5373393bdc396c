{{/* Names and labels. */}}
{{- define "skillai.name" -}}
{{- if contains "skillai" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-skillai" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- define "skillai.selector" -}}
app.kubernetes.io/name: skillai-queue
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "skillai.labels" -}}
{{ include "skillai.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "skillai.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "skillai.name" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{- define "skillai.image" -}}
{{- $image := .root.Values.image -}}
{{- with $image.registry }}{{ . | trimSuffix "/" }}/{{ end }}{{ .name }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ .suffix }}
{{- end }}

{{/* Where the addresses of broker and store are kept. */}}
{{- define "skillai.connections" -}}
- name: ConnectionStrings__RabbitMq
  valueFrom: { secretKeyRef: { name: {{ .Values.rabbitmq.existingSecret | default (printf "%s-rabbitmq" (include "skillai.name" .)) }}, key: {{ if .Values.rabbitmq.existingSecret }}{{ .Values.rabbitmq.existingSecretKey }}{{ else }}url{{ end }} } }
- name: ConnectionStrings__Redis
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.existingSecret | default (printf "%s-redis" (include "skillai.name" .)) }}, key: {{ if .Values.redis.existingSecret }}{{ .Values.redis.existingSecretKey }}{{ else }}url{{ end }} } }
- name: RabbitMq__Topology
  value: {{ .Values.rabbitmq.topology | default (ternary "verify" "declare" .Values.rabbitmq.topologyOperator.enabled) }}
{{- with .Values.monitoring.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Settings of the user's own. Input: env, and taken: those that the chart sets, which a second entry would fight over.
     A number of a values file is a float: a whole one must not become 1e+06. */}}
{{- define "skillai.env" -}}
{{- range $name, $value := .env }}
{{- if has $name $.taken }}{{ fail (printf "env.%s: the chart sets it itself" $name) }}{{ end }}
- name: {{ $name }}
  value: {{ if and (kindIs "float64" $value) (eq $value (floor $value)) }}{{ $value | int64 | quote }}{{ else }}{{ $value | quote }}{{ end }}
{{- end }}
{{- end }}

{{/* The host waits this long for its loops to drain: somewhat less than the pod's grace period. */}}
{{- define "skillai.shutdown" -}}
- name: DOTNET_shutdownTimeoutSeconds
  value: {{ sub . 15 | quote }}
{{- end }}

{{- define "skillai.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "skillai.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "skillai.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector: { matchLabels: {{ $.labels | fromYaml | toJson }} }
{{- end }}
{{- end }}

{{/* Connections of the chart's own making change the pods that use them. */}}
{{- define "skillai.checksum" -}}
checksum/connections: {{ printf "%s %s %s" .Values.rabbitmq.url .Values.redis.url (toJson .Values.dev) | sha256sum | trunc 16 }}
{{- end }}
