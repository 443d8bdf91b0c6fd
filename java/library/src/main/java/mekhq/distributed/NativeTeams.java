// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.team.TeamListener;
import mekhq.distributed.team.Teams;

/** Teams and daily logs, kept by the native library. */
final class NativeTeams implements Teams {
    private final SessionCore core;

    NativeTeams(SessionCore core) {
        this.core = core;
    }

    @Override
    public int teamOf(UUID campaign) {
        return core.roster().find(campaign).map(CampaignDetails::team).orElse(0);
    }

    @Override
    public void assign(UUID campaign, int team) {
        Native.assignTeam(core.id(), campaign.toString().getBytes(StandardCharsets.UTF_8), team);
    }

    @Override
    public void sendDailyLog(LocalDate date, List<String> entries) {
        TeamConvert.toWire(date, entries).forEach(log -> Native.sendDailyLog(core.id(), log.toByteArray()));
    }

    @Override
    public void addListener(TeamListener listener) {
        core.listeners().team().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(TeamListener listener) {
        core.listeners().team().remove(listener);
    }
}
