{{- define "skillai.topology" }}
---
apiVersion: rabbitmq.com/v1beta1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  labels: {{- toYaml .meta.labels | nindent 4 }}
spec: {{- toYaml .spec | nindent 2 }}
{{- end }}
