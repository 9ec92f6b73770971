set -e
cd /work/main/bench/.scratch
for v in base postal own warm; do rm -rf v-$v; mkdir -p v-$v; cp -r /work/main/dist v-$v/dist; mkdir -p v-$v/bench/latency v-$v/bench/lib v-$v/bench/peers; cp /work/main/bench/latency/{worker,clients}.mjs v-$v/bench/latency/; cp /work/main/bench/lib/helper.mjs v-$v/bench/lib/; done
