// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Members;

/** Members of a session without the library; tells what is decided. */
record FakeMembers(List<Member> all, Consumer<String> decided) implements Members {

    @Override
    public Optional<Member> find(UUID campaign) {
        return all.stream().filter(member -> member.campaign().id().equals(campaign)).findFirst();
    }

    @Override
    public void kick(UUID campaign, String reason) {
        decide("kick", campaign, reason);
    }

    @Override
    public void ban(UUID campaign, String reason) {
        decide("ban", campaign, reason);
    }

    @Override
    public void unban(UUID campaign, String reason) {
        decide("unban", campaign, reason);
    }

    @Override
    public void retire(UUID campaign, String reason) {
        decide("retire", campaign, reason);
    }

    @Override
    public void readmit(UUID campaign, String reason) {
        decide("readmit", campaign, reason);
    }

    @Override
    public void resetKey(UUID campaign, String reason) {
        decide("reset-key", campaign, reason);
    }

    private void decide(String what, UUID campaign, String reason) {
        decided.accept(what + " " + find(campaign).orElseThrow().campaign().name() + ": " + reason);
    }
}
