#!/bin/sh
# What the official image's entry does, on Debian's package: the server in the foreground, with what /etc/rabbitmq says.
chown -R rabbitmq /var/lib/rabbitmq
exec setpriv --reuid rabbitmq --regid rabbitmq --clear-groups env HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- \
    PATH=/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin RABBITMQ_CONFIG_FILE=/etc/rabbitmq/rabbitmq.conf \
    RABBITMQ_ENABLED_PLUGINS_FILE=/etc/rabbitmq/enabled_plugins /usr/lib/rabbitmq/bin/rabbitmq-server
