#!/bin/sh
# ssh runs this instead of asking at a terminal.
printf '%s\n' "$CUTOVER_ASKPASS_ANSWER"
