"""The templates that werfish adds to a staged chart. Pure."""

import base64
import json
from collections.abc import Mapping

HELPERS_FILE = "_werfish_helpers.tpl"
NOTES_FILE = "zz-werfish-notes.yaml"
SECRETS_FILE = "_werfish_secrets.tpl"
NOTES_KIND = "WerfishNotes"

HELPERS = """\
{{- define "_werfish_image" -}}
{{-   $context := . -}}{{- $name := "" -}}
{{-   if kindIs "slice" . -}}
{{-     $context = last . -}}
{{-     if gt (len .) 1 -}}{{- $name = first . -}}{{- end -}}
{{-   end -}}
{{-   $werf := $context.Values.global.werf -}}
{{-   if $werf.is_nameless_image -}}
{{-     if $name -}}
{{-       fail (printf "No image should be specified for template, got '%s'" $name) -}}
{{-     end -}}
{{-     toJson $werf.image -}}
{{-   else if not $name -}}
{{-     fail "No image specified for template" -}}
{{-   else if not (hasKey $werf.image $name) -}}
{{-     fail (printf "Unknown image '%s' specified for template" $name) -}}
{{-   else -}}
{{-     toJson (index $werf.image $name) -}}
{{-   end -}}
{{- end -}}

{{- define "_werfish_tag_moves" -}}
{{-   $context := . -}}{{- if kindIs "slice" . -}}{{- $context = last . -}}{{- end -}}
{{-   with $context.Values.global.werf.ci -}}
{{-     if or .is_branch .is_custom .is_custom_tag -}}yes{{- end -}}
{{-   end -}}
{{- end -}}

{{- define "werf_image" -}}
{{- (include "_werfish_image" . | fromJson).docker_image -}}
{{- end -}}

{{- define "werf_image_id" -}}
{{- (include "_werfish_image" . | fromJson).docker_image_id -}}
{{- end -}}

{{- define "werf_container_image" -}}
image: {{ include "werf_image" . }}
{{- if include "_werfish_tag_moves" . }}
imagePullPolicy: Always
{{- end -}}
{{- end -}}

{{- define "werf_container_env" -}}
{{- if include "_werfish_tag_moves" . -}}
- name: DOCKER_IMAGE_ID
  value: {{ include "werf_image_id" . }}
{{- end -}}
{{- end -}}
"""
"""werf's functions as named templates; its messages are werf's.

An image whose tag may move is always pulled and its id stands in the container's environment, so
that a new image behind an old tag is rolled out. werf 1.1 documents that for custom tags too, but
its ``is_custom`` is never set; here it works as documented.
"""

SECRETS = """\
{{- define "werf_secret_file" -}}
{{-   $path := . -}}
{{-   if kindIs "slice" . -}}{{- $path = first . | trimPrefix "/" -}}{{- end -}}
{{-   $files := dict %s -}}
{{-   if hasPrefix "/" $path -}}
{{-     fail (printf "expected relative secret file path, given path %%v" $path) -}}
{{-   else if not (hasKey $files $path) -}}
{{-     $names := keys $files | sortAlpha | join "', '" -}}
{{-     $known := printf "you may use one of the following: '%%s'" $names -}}
{{-     fail (printf "secret file '%%s' not found, %%s" $path $known) -}}
{{-   end -}}
{{-   index $files $path | b64dec -}}
{{- end -}}
"""
"""``werf_secret_file`` by a path in the folder ``secret``; with a list, the older way, by its first
item. The messages are werf's."""

NOTES = """\
{{- $notes := include "%s/templates/NOTES.txt" . }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: werfish-notes
  annotations: {"io.werfish/kind": "%s"}
data:
  notes: {{ $notes | toJson }}
"""


def notes_template(chart: str) -> str:
    """Return a template whose object carries the NOTES.txt of *chart*, which Helm does not show."""
    return NOTES % (chart, NOTES_KIND)


def secrets_template(files: Mapping[str, bytes]) -> str:
    """Return the template that gives the contents of *files*, which are decrypted."""
    pairs = (
        f'{json.dumps(name, ensure_ascii=False)} "{base64.b64encode(data).decode()}"'
        for name, data in files.items()
    )
    return SECRETS % " ".join(pairs)
