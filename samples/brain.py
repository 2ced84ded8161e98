#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A genome of three areas: waves on a retina reach a cortex of four layers, and that a motor area.

    brain.py brain.json
    tensorreel sim burst --network brain.json -o brain.mp4

A fourth area of one neuron, the power area, drives all others a little. Needs Python alone.
"""
import json
import sys

RADIUS = 5

disc = [[x, y, 0] for x in range(-RADIUS, RADIUS + 1) for y in range(-RADIUS, RADIUS + 1) if x or y]
near = [[x, y, z] for x in range(-2, 3) for y in range(-2, 3) for z in range(-1, 2) if x or y or z]

genome = {
    "version": "2.1",
    "neuron_morphologies": {
        "disc": {"type": "vectors", "parameters": {"vectors": disc}},
        "near": {"type": "vectors", "parameters": {"vectors": near}},
    },
    "blueprint": {
        "retina": {
            "cortical_name": "retina", "block_boundaries": [128, 72, 1],
            "relative_coordinate": [0, 0, 0], "firing_threshold": 60, "leak_coefficient": 0.3,
            "neuron_excitability": 0.47, "refractory_period": 7, "postsynaptic_current": 20,
            "synapse_attractivity": 33,
            "psp_uniform_distribution": True,
            "cortical_mapping_dst": {"retina": [{"morphology_id": "disc"}],
                                     "cortex": [{"morphology_id": "projector"}]},
        },
        "cortex": {
            "cortical_name": "cortex", "block_boundaries": [64, 36, 4],
            "relative_coordinate": [32, 18, 8], "firing_threshold": 50,
            "firing_threshold_increment_z": 10, "leak_coefficient": 0.2, "refractory_period": 4,
            "postsynaptic_current": 12, "synapse_attractivity": 30,
            "psp_uniform_distribution": True,
            "cortical_mapping_dst": {"cortex": [{"morphology_id": "near"}],
                                     "motor_": [{"morphology_id": "projector",
                                                 "postSynapticCurrent_multiplier": 3}]},
        },
        "motor_": {
            "cortical_name": "motor", "block_boundaries": [12, 8, 2],
            "relative_coordinate": [42, 23, 16], "per_voxel_neuron_cnt": 4,
            "firing_threshold": 150, "leak_coefficient": 0.1, "refractory_period": 2,
            "postsynaptic_current": 1, "consecutive_fire_cnt_max": 3, "snooze_length": 6,
        },
        # Fires in every burst: what it adds keeps countdowns and leaks going.
        "_power": {
            "cortical_name": "power", "block_boundaries": [1, 1, 1],
            "relative_coordinate": [0, 0, 20], "firing_threshold": 1, "postsynaptic_current": 1,
            "psp_uniform_distribution": True,
            "cortical_mapping_dst": {name: [{"morphology_id": "0-0-0_to_all"}]
                                     for name in ("retina", "cortex", "motor_")},
        },
    },
}

with open(sys.argv[1], "w", encoding="ascii") as file:
    json.dump(genome, file, indent=1)
