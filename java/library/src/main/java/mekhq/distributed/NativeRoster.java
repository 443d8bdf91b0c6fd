// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import mekhq.distributed.internal.proto.bridge.RosterState;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.roster.RosterListener;

/** Reads the roster from the native library at each call: there is one copy of the state, and it is there. */
final class NativeRoster implements Roster {
    private final SessionCore core;

    NativeRoster(SessionCore core) {
        this.core = core;
    }

    @Override
    public CampaignDetails own() {
        return Convert.toCampaign(core.rosterState().getOwn());
    }

    @Override
    public Optional<CampaignDetails> host() {
        RosterState state = core.rosterState();
        return find(state, state.getHost());
    }

    @Override
    public List<CampaignDetails> campaigns() {
        return core.rosterState().getCampaignsList().stream().map(Convert::toCampaign).toList();
    }

    @Override
    public Optional<CampaignDetails> find(UUID campaign) {
        return find(core.rosterState(), campaign.toString());
    }

    @Override
    public Optional<Duration> roundTrip(UUID campaign) {
        Long microseconds = core.rosterState().getRoundTripUsMap().get(campaign.toString());
        return Optional.ofNullable(microseconds).map(value -> Duration.of(value, ChronoUnit.MICROS));
    }

    @Override
    public void sendGmModeChanged(boolean gmMode) {
        Native.sendGmModeChanged(core.id(), gmMode);
    }

    @Override
    public void sendLocationChanged(String systemId, boolean gmMovement) {
        Native.sendLocationChanged(core.id(), systemId.getBytes(StandardCharsets.UTF_8), gmMovement);
    }

    @Override
    public void addListener(RosterListener listener) {
        core.listeners().roster().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(RosterListener listener) {
        core.listeners().roster().remove(listener);
    }

    private static Optional<CampaignDetails> find(RosterState state, String id) {
        return Stream.concat(Stream.of(state.getOwn()), state.getCampaignsList().stream())
                .filter(campaign -> campaign.getId().equals(id))
                .findFirst()
                .map(Convert::toCampaign);
    }
}
