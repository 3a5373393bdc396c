{{/* How the folder of models gets into a pod. The image brings its own. */}}
{{- define "skillai.models.volume" -}}
{{- if eq .Values.models.source "pvc" }}
- name: models
  persistentVolumeClaim: { claimName: {{ required "models.pvc.claimName is needed when models.source is pvc" .Values.models.pvc.claimName }}, readOnly: true }
{{- else if eq .Values.models.source "init" }}
- name: models
  emptyDir: {}
{{- end }}
{{- end }}

{{- define "skillai.models.init" -}}
{{- if eq .Values.models.source "init" }}
initContainers:
  - name: models
    image: {{ required "models.init.image is needed when models.source is init" .Values.models.init.image }}
    {{- with .Values.models.init.command }}
    command: {{ toJson . }}
    {{- end }}
    {{- with .Values.models.init.args }}
    args: {{ toJson . }}
    {{- end }}
    {{- with .Values.models.init.existingSecret }}
    envFrom: [{ secretRef: { name: {{ . }} } }]
    {{- end }}
    env: [{ name: HOME, value: /tmp }]
    securityContext: {{- include "skillai.containerSecurity" . | nindent 6 }}
    volumeMounts:
      - { name: models, mountPath: /models }
      - { name: tmp, mountPath: /tmp }
{{- end }}
{{- end }}
