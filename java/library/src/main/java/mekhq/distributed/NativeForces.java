// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceListener;
import mekhq.distributed.force.ForceVisibility;
import mekhq.distributed.force.Forces;

import com.google.protobuf.InvalidProtocolBufferException;

/** The campaigns' forces, kept by the native library. */
final class NativeForces implements Forces {
    private final SessionCore core;

    NativeForces(SessionCore core) {
        this.core = core;
    }

    @Override
    public void sendToeUpdated(Force force) {
        Native.sendToeUpdated(core.id(), ForceConvert.toWire(force).toByteArray());
    }

    @Override
    public void setVisibility(ForceVisibility visibility) {
        Native.setForceVisibility(core.id(), ForceConvert.toWire(visibility).getNumber());
    }

    @Override
    public Optional<Force> find(UUID campaign) {
        byte[] force = Native.force(core.id(), campaign.toString().getBytes(StandardCharsets.UTF_8));
        if (force == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ForceConvert.toForce(mekhq.distributed.internal.proto.Force.parseFrom(force)));
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable force: " + e.getMessage());
        }
    }

    @Override
    public void addListener(ForceListener listener) {
        core.listeners().force().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(ForceListener listener) {
        core.listeners().force().remove(listener);
    }
}
