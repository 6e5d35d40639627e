#!/bin/sh
# Takes a number from the server, factors it, and brings the answer back, again and again.
# /tmp/ready appears with the first answer that the server took: the pod is ready from then on.
trap 'exit 0' TERM INT
. /app/shared/limits.env

rest() {
  sleep "$1" &              # in the background, so that SIGTERM is not kept waiting
  wait "$!"
}

echo "working for $SERVER, up to $LARGEST"
while true; do
  if ! task=$(timeout 5 wget -q -O - "$SERVER/task" 2> /dev/null) || [ -z "$task" ]; then
    rest 1
    continue
  fi
  answer=$(factor "$task")
  if timeout 5 wget -q -O /dev/null --post-data "$answer" "$SERVER/result" 2> /dev/null; then
    [ -e /tmp/ready ] || { echo "first answer: $answer"; touch /tmp/ready; }
  fi
  rest "$PAUSE"
done
