# SPDX-License-Identifier: BSD-2-Clause
"""bench: what its rows hold. Nothing here depends on how long anything takes."""
import json
import re

from harness import Test

test = Test()
HOME = {"XDG_CACHE_HOME": test.path("cache")}
SMALL = ["--neurons", "2K", "--degree", "20", "--rate", "0.05", "--bursts", "8", "--rounds", "3"]


def bench(*args):
    code, out, err = test.run("bench", *args, env=HOME)
    test.check("bench %s: exit 0" % " ".join(args), code == 0, err)
    return out.decode("utf-8"), err


out, err = bench("burst", *SMALL, "--backend", "cpu", "--json", "-q")
test.check("-q: nothing on standard error", err == "", err)
result = json.loads(out)
test.check("no device is opened for cpu", result["device"] is None, result)
test.check("version and processors", re.match(r"\d+\.\d+\.\d+$", result["version"]) and
           result["processors"] >= 1, result)
test.check("a row", len(result["rows"]) == 1, result)
row = result["rows"][0]
# 40,000 synapses drawn uniformly; a neuron is reached with 1 - exp(-20 * 0.05) = 0.632, and fires
# then with 0.05 / 0.632: over 24 bursts of 2,000 neurons the shares are near that.
test.check("what was measured", (row["network"], row["neurons"], row["synapses"], row["backend"],
                                 row["bursts"], row["rounds"], row["rate"]) ==
           ("random", 2000, 40000, "cpu", 8, 3, 0.05), row)
test.check("the network keeps itself firing", 0.03 < row["fired_share"] < 0.07, row)
test.check("candidates", 0.5 < row["candidate_share"] < 0.75, row)
test.check("each spike delivers 20", abs(row["delivered"] - 20 * 2000 * row["fired_share"]) <
           0.1 * row["delivered"], row)
test.check("quartiles lie around the median", 0 < row["us"]["quartile_low"] <=
           row["us"]["median"] <= row["us"]["quartile_high"], row)
test.check("ns a synapse", abs(row["ns_per_synapse"] * row["delivered"] / 1e3 /
                               row["us"]["median"] - 1) < 1e-3, row)
test.check("processor time", row["processor_us"] > 0, row)
test.check("nothing crosses to a device", row["upload_bytes"] == row["download_bytes"] ==
           row["host_waits"] == 0, row)
test.check("the model expects something", row["expected_us"] > 0, row)
test.check("the prices are kept", test.exists("cache/tensorreel/processor.bursts"))
test.check("cpu has no ratio", row["times_cpu"] is None, row)

# The same activity on every backend, since all give the same bits.
out, _ = bench("burst", *SMALL, "--backend", "reference", "--json", "-q")
other = json.loads(out)["rows"][0]
for key in ["fired_share", "candidate_share", "delivered"]:
    test.check("reference: %s" % key, other[key] == row[key], (other, row))
test.check("the reference has no model", other["expected_us"] is None, other)

# Damaged prices are measured anew.
with open(test.path("cache/tensorreel/processor.bursts"), "r+b") as file:
    file.seek(100)
    file.write(b"\xff\xff\xff\xff")
    damaged = open(test.path("cache/tensorreel/processor.bursts"), "rb").read()
bench(*SMALL, "--backend", "cpu", "-q")
with open(test.path("cache/tensorreel/processor.bursts"), "rb") as file:
    test.check("damaged prices are replaced", file.read() != damaged)

# For readers.
out, err = bench("--neurons", "1K,2K", "--degree", "20", "--rate", "0.05,0.1", "--bursts", "4",
                 "--rounds", "2", "--backend", "cpu", "--network-kind", "power-law")
lines = [line.split() for line in out.splitlines() if line.startswith("power-law")]
test.check("a line a row", [(line[1], line[2], line[3]) for line in lines] ==
           [("1K", "5", "cpu"), ("1K", "10", "cpu"), ("2K", "5", "cpu"), ("2K", "10", "cpu")], out)
test.check("progress on standard error", "2000 neurons" in err, err)

# What does not fit is left out.
huge = ["--neurons", "2K,2000M", "--degree", "1000", "--rate", "0.05", "--bursts", "4", "--rounds",
        "1", "--backend", "cpu", "-q"]
out, _ = bench(*huge)
test.check("left out, with the bytes", re.search(
    r"^random +2000M +left out: .*16040000000000 bytes are needed, \d+ are available$", out, re.M),
    out)
out, _ = bench(*huge, "--json")
rows = json.loads(out)["rows"]
test.check("left out in JSON", len(rows) == 2 and rows[1]["neurons"] == 2000000000 and
           "16040000000000 bytes are needed" in rows[1]["left_out"], rows)
code, out, err = test.run("bench", *huge[2:], "--neurons", "2000M", env=HOME)
test.check("nothing fits: exit 4", code == 4 and "no network fits" in err, err)

# Devices.
code, out, err = test.run("bench", *SMALL, "--backend", "gpu", "--device", "no such device",
                          env=HOME)
test.check("a device that is not there: exit 4", code == 4 and "no such device" in err, err)
code, out, err = test.run("devices", "--json")
if code == 0:
    out, _ = bench(*SMALL, "--json", "-q", "--backend", "gpu")
    result = json.loads(out)
    device = result["rows"][0]
    test.check("the device's activity", all(device[key] == row[key] for key in
                                            ["fired_share", "candidate_share", "delivered"]),
               (device, row))
    test.check("the device's name", result["device"]["name"], result)
    test.check("bytes and waits", device["download_bytes"] > 0 and device["host_waits"] > 0, device)
    out, _ = bench(*SMALL, "--max-memory", "100K", "-q")
    test.check("device memory that is too small", re.search(
        r"^random +2K +gpu +left out: .* need \d+ bytes of device memory; \d+ are available", out,
        re.M), out)
test.end()
