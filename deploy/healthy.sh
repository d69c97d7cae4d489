#!/bin/bash
# Checks the readiness of the server in this container. Uses the TCP support of Bash instead of a client.
exec 3<>"/dev/tcp/127.0.0.1/${OMS_PORT:-8001}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r -t 3 _ status _ <&3 && [ "$status" = 200 ]
