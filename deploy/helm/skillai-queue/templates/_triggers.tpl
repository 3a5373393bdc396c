{{/* What a pool is scaled by: the arrival rate is the stable signal, the backlog the accelerator. Depth alone falls to
     zero whenever the workers keep up, takes them away, and comes back. Input: root, pool, key (its name in pools).

     Backlog is a gauge that every API replica exports alike: max, never sum. A series that is missing is an error, not
     a zero: an outage of Prometheus must not take workers away. */}}
{{- define "skillai.triggers" -}}
{{- $root := .root -}}
{{- $pool := .pool -}}
{{- range $lane := $pool.autoscaling.lanes }}
{{- $target := index $pool.autoscaling $lane -}}
{{- $rate := mulf $pool.autoscaling.itemsPerSecond $target.rateShare -}}
{{- $backlog := mulf $pool.autoscaling.itemsPerSecond $target.backlogSeconds -}}
{{- $context := dict "root" $root "model" $pool.model "lane" $lane "rate" $rate "backlog" $backlog "scaling" $pool.autoscaling }}
{{- include (printf "skillai.triggers.%s" $root.Values.autoscaling.mode) $context }}
{{- end }}
{{- end }}

{{- define "skillai.triggers.keda-prometheus" }}
- type: prometheus
  name: {{ .lane }}-rate
  metricType: AverageValue
  metadata:
    {{- include "skillai.triggers.prometheus" . | nindent 4 }}
    query: sum(rate(skillai_items_enqueued_total{{ include "skillai.triggers.series" . }}[1m]))
    threshold: {{ .rate | quote }}
  {{- include "skillai.triggers.authentication" . | nindent 2 }}
- type: prometheus
  name: {{ .lane }}-backlog
  metricType: AverageValue
  metadata:
    {{- include "skillai.triggers.prometheus" . | nindent 4 }}
    query: max(skillai_backlog_items{{ include "skillai.triggers.series" . }})
    threshold: {{ .backlog | quote }}
  {{- include "skillai.triggers.authentication" . | nindent 2 }}
{{- end }}

{{/* The labels of a lane's series. */}}
{{- define "skillai.triggers.series" -}}
{model="{{ .model }}",lane="{{ .lane }}"{{ range $label, $value := .root.Values.autoscaling.prometheus.labels }},{{ $label }}="{{ $value }}"{{ end }}}
{{- end }}

{{- define "skillai.triggers.prometheus" -}}
serverAddress: {{ .root.Values.autoscaling.prometheus.serverAddress }}
ignoreNullValues: "false"
{{- with .root.Values.autoscaling.prometheus.authModes }}
authModes: {{ . }}
{{- end }}
{{- end }}

{{- define "skillai.triggers.authentication" -}}
{{- $prometheus := .root.Values.autoscaling.prometheus -}}
{{- if and $prometheus.authModes (not $prometheus.triggerAuthentication) }}{{ fail "autoscaling.prometheus.authModes needs autoscaling.prometheus.triggerAuthentication, which holds the credentials" }}{{ end -}}
{{- with $prometheus.triggerAuthentication -}}
authenticationRef: { name: {{ . }} }
{{- end }}
{{- end }}

{{/* Arrivals are counted by each replica for itself, the backlog by all alike. KEDA asks every pod behind the Service,
     so the port is the pods'. */}}
{{- define "skillai.triggers.keda-metrics-api" }}
{{- $url := printf "http://%s-api.%s.svc:8080/scaling/%s.%s" (include "skillai.name" .root) .root.Release.Namespace .model .lane }}
- type: metrics-api
  name: {{ .lane }}-rate
  metricType: AverageValue
  metadata:
    url: {{ $url }}
    valueLocation: arrivals_per_second
    targetValue: {{ .rate | quote }}
    aggregateFromKubeServiceEndpoints: "true"
    aggregationType: sum
- type: metrics-api
  name: {{ .lane }}-backlog
  metricType: AverageValue
  metadata:
    url: {{ $url }}
    valueLocation: backlog_items
    targetValue: {{ .backlog | quote }}
    aggregateFromKubeServiceEndpoints: "true"
    aggregationType: max
{{- end }}

{{/* Counts messages, and sees only what the feeder has put into the queue: enough to fill every replica, no more. */}}
{{- define "skillai.triggers.keda-rabbitmq" }}
{{- $items := ternary 1 .scaling.itemsPerMessage (eq .lane "priority") }}
- type: rabbitmq
  name: {{ .lane }}-rate
  metricType: AverageValue
  metadata:
    {{- include "skillai.triggers.queue" . | nindent 4 }}
    mode: MessageRate
    value: {{ divf .rate $items | quote }}
  authenticationRef: { name: {{ include "skillai.name" .root }}-rabbitmq }
- type: rabbitmq
  name: {{ .lane }}-backlog
  metricType: AverageValue
  metadata:
    {{- include "skillai.triggers.queue" . | nindent 4 }}
    mode: QueueLength
    value: {{ divf .backlog $items | quote }}
  authenticationRef: { name: {{ include "skillai.name" .root }}-rabbitmq }
{{- end }}

{{- define "skillai.triggers.queue" -}}
protocol: http
vhostName: {{ .root.Values.rabbitmq.management.vhost | quote }}
queueName: skillai.{{ .model }}.{{ .lane }}
{{- end }}
