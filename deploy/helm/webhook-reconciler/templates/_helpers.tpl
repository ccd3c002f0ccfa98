{{- define "webhook-reconciler.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* 52 characters, so that "-config" fits behind it. */}}
{{- define "webhook-reconciler.fullname" -}}
{{- $name := include "webhook-reconciler.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "webhook-reconciler.selector" -}}
app.kubernetes.io/component: reconciler
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ include "webhook-reconciler.name" . }}
{{- end }}

{{- define "webhook-reconciler.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "webhook-reconciler.selector" . }}
{{- end }}

{{- /* What the daemon reads. Without a lease there is no token to write Events with. */}}
{{- define "webhook-reconciler.config" -}}
{{- $config := .Values.config }}
{{- if not .Values.lease.enabled }}
{{- $config = omit $config "kubernetes" }}
{{- end }}
{{- if and .Values.gitSync.enabled (not (hasPrefix "/checkout/current" $config.source.path)) }}
{{- fail "config.source.path has to begin with /checkout/current where gitSync is enabled: add the folder in the repository" }}
{{- end }}
{{- toYaml $config }}
{{- end }}
