{{/* A pool with everything it does not say taken from worker and autoscaling; as YAML. */}}
{{- define "skillai.pool" -}}
{{- $root := .root -}}
{{- $worker := deepCopy $root.Values.worker -}}
{{- $scaling := deepCopy $root.Values.autoscaling -}}
{{- $own := deepCopy .pool -}}
{{- $ownScaling := $own.autoscaling | default dict -}}
{{- $pool := mergeOverwrite $worker (omit $own "autoscaling") -}}
{{- $_ := set $pool "autoscaling" (mergeOverwrite $scaling $ownScaling) -}}
{{- $_ := set $pool "flavor" (.pool.flavor | default $root.Values.flavor) -}}
{{- $_ := set $pool "name" (printf "%s-%s" (include "skillai.name" $root) .name) -}}
{{- /* KEDA makes keda-hpa-<name> of it, which is a label of at most 63 characters. */ -}}
{{- if gt (len $pool.name) 54 }}{{ fail (printf "pools.%s: %q is longer than 54 characters, which KEDA refuses: shorten the pool's or the release's name" .name $pool.name) }}{{ end -}}
{{- /* A pool that serves both lanes scales on the urgent one: the bulk it takes along is its filling. */ -}}
{{- if not ($ownScaling.lanes) -}}
{{- $_ := set $pool.autoscaling "lanes" (ternary (list "priority") (list "bulk") (has "priority" $pool.lanes)) -}}
{{- end -}}
{{- range $lane := $pool.autoscaling.lanes -}}
{{- if not (has $lane $pool.lanes) }}{{ fail (printf "pools.%s.autoscaling.lanes: the pool does not serve the lane %q" $.name $lane) }}{{ end -}}
{{- end -}}
{{- if gt ($pool.autoscaling.minReplicas | int) ($pool.autoscaling.maxReplicas | int) -}}
{{- fail (printf "pools.%s: autoscaling.minReplicas (%v) is greater than autoscaling.maxReplicas (%v)" .name $pool.autoscaling.minReplicas $pool.autoscaling.maxReplicas) -}}
{{- end -}}
{{- if and (eq $root.Values.autoscaling.mode "hpa") (lt ($pool.autoscaling.minReplicas | int) 1) -}}
{{- fail (printf "pools.%s: only the keda modes scale to zero; autoscaling.minReplicas must be at least 1 with mode hpa" .name) -}}
{{- end -}}
{{- toYaml $pool -}}
{{- end }}

{{- define "skillai.pool.selector" -}}
{{ include "skillai.selector" .root }}
app.kubernetes.io/component: worker
skillai.queue/pool: {{ .name }}
{{- end }}

{{/* Limits with the GPU of the flavor. */}}
{{- define "skillai.pool.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- if eq .flavor "gpu" -}}
{{- $_ := set $resources "limits" (merge (dict .gpuResource 1) ($resources.limits | default dict)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}

{{- define "skillai.pool.tolerations" -}}
{{- $tolerations := list -}}
{{- if eq .flavor "gpu" -}}
{{- /* Nodes with slices of a GPU are tainted as those with whole ones. */ -}}
{{- range list "nvidia.com/gpu" .gpuResource | uniq -}}
{{- $tolerations = append $tolerations (dict "key" . "operator" "Exists" "effect" "NoSchedule") -}}
{{- end -}}
{{- end -}}
{{- concat $tolerations .tolerations | default list | toYaml -}}
{{- end }}
