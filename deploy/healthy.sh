#!/bin/bash
# Whether the server in this container can be sent work. Bash itself speaks TCP: no client is needed.
exec 3<>"/dev/tcp/127.0.0.1/${OMS_PORT:-8001}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r -t 3 _ status _ <&3 && [ "$status" = 200 ]
