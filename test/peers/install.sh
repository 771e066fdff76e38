#!/bin/sh
# Debian's packages that `npm run test:peers` runs against: another PostgreSQL, a mail server, a hardware security module in software, and
# readers of PDFs and QR codes.
# As root.
set -e
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql exim4-daemon-light poppler-utils zbar-tools softhsm2
