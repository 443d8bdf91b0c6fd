// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.roster.Membership;

class MembershipCommandsTest {
    private final Play play = new Play();

    private void host(String typed) throws CompanionException {
        play.host(typed, events -> {
            play.session().know(Campaigns.FOXES);
            play.session().know(Campaigns.RAVENS);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"kick", "ban", "unban", "retire", "readmit", "reset-key"})
    void aDecisionNamesACampaignAndAReason(String command) throws CompanionException {
        host(command + " ravens See you next month.\n");
        assertThat(play.session().sent()).contains(command + " Ravens: See you next month.");
    }

    @Test
    void aNameMayHaveBlanksAndItsBeginningWillDo() throws CompanionException {
        host("kick Grüne Füchse 🦊 too loud\nkick grü too loud\nkick Rav x\n");
        assertThat(play.session().sent()).contains("kick Grüne Füchse 🦊: too loud", "kick Ravens: x");
        assertThat(play.session().sent().stream().filter("kick Grüne Füchse 🦊: too loud"::equals)).hasSize(2);
    }

    @Test
    void withoutANameOrAReasonNothingIsDecided() throws CompanionException {
        host("ban\nban Ravens\nban Wolves for nothing\n");
        assertThat(play.session().sent()).noneMatch(sent -> sent.startsWith("ban"));
        assertThat(play.lines()).contains("Usage: ban CAMPAIGN REASON, with a REASON that the other player reads.",
                "No campaign is named Wolves.");
    }

    @Test
    void onARemoteCampaignNobodyIsShutOut() throws CompanionException {
        play.join("ban Lancers bad host\nmembers\n", Play.connected(false));
        assertThat(play.lines().stream().filter("Only the host decides who belongs to the session."::equals))
                .hasSize(2);
    }

    @Test
    void theMembersAreListedAndADecisionIsTold() throws CompanionException {
        play.host("members\n", events -> {
            play.session().know(Campaigns.RAVENS);
            events.onMembershipChanged(Campaigns.RAVENS.id(), Membership.BANNED, "for \u001b[31mgood");
        });
        assertThat(play.lines()).contains("14:02  Ravens is banned: for good.", "Campaign  Date        Key  Standing",
                "Ravens    3025-01-07  yes  away");
    }
}
