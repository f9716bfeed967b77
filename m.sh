# m.sh OUT TARGETS...
. /tmp/b55-tools/env.sh
export OUT=$1; shift; export TARGETS="$*"
export MODE=mut COV=/tmp/b55-tools/cov.pkl WARM=${WARM:-test_answers.py}
.venv/bin/python -m pytest $TESTS -q -p no:cacheprovider -m "not long" -p harness > $OUT.log 2>&1
