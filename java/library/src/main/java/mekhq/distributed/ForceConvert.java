// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.List;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.force.ForceVisibility;

/** Between the forces of the API and those that cross into the native library. */
final class ForceConvert {
    /** Levels of a TOE (protocol.md section 1). Checked here too, as what follows goes as deep as the force does. */
    static final int DEPTH_MAX = 16;

    private ForceConvert() {
    }

    static mekhq.distributed.internal.proto.Force toWire(Force force) {
        return toWire(force, 1);
    }

    static mekhq.distributed.internal.proto.bridge.ForceVisibility toWire(ForceVisibility visibility) {
        return switch (visibility) {
            case TEAM -> mekhq.distributed.internal.proto.bridge.ForceVisibility.FORCE_VISIBILITY_TEAM;
            case EVERYONE -> mekhq.distributed.internal.proto.bridge.ForceVisibility.FORCE_VISIBILITY_EVERYONE;
        };
    }

    static Force toForce(mekhq.distributed.internal.proto.Force wire) {
        List<Force> subForces = wire.getSubForcesList().stream().map(ForceConvert::toForce).toList();
        List<ForceUnit> units = wire.getUnitsList().stream()
                .map(unit -> new ForceUnit(unit.getId(), unit.getName(), unit.getCommander()))
                .toList();
        return new Force(wire.getId(), wire.getName(), subForces, units);
    }

    private static mekhq.distributed.internal.proto.Force toWire(Force force, int depth) {
        if (depth > DEPTH_MAX) {
            throw new DistributedMekHQException(ErrorCode.INVALID_ARGUMENT,
                    "force: nested more than " + DEPTH_MAX + " deep");
        }
        mekhq.distributed.internal.proto.Force.Builder wire = mekhq.distributed.internal.proto.Force.newBuilder()
                .setId(force.id())
                .setName(force.rawName());
        force.subForces().forEach(subForce -> wire.addSubForces(toWire(subForce, depth + 1)));
        force.units().forEach(unit -> wire.addUnits(toWire(unit)));
        return wire.build();
    }

    private static mekhq.distributed.internal.proto.ForceUnit toWire(ForceUnit unit) {
        return mekhq.distributed.internal.proto.ForceUnit.newBuilder()
                .setId(unit.rawId())
                .setName(unit.rawName())
                .setCommander(unit.rawCommander())
                .build();
    }
}
