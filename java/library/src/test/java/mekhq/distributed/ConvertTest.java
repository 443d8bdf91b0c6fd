// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import mekhq.distributed.force.Force;
import mekhq.distributed.internal.proto.Cursor;
import mekhq.distributed.internal.proto.bridge.RemoteOptions;
import mekhq.distributed.internal.proto.bridge.SessionOptions;
import mekhq.distributed.settlement.Standing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConvertTest {

    @Test
    void everyErrorCodeOfTheContractHasItsNameAndNumberInJava() {
        Stream<mekhq.distributed.internal.proto.ErrorCode> codes =
                Arrays.stream(mekhq.distributed.internal.proto.ErrorCode.values())
                        .filter(code -> code != mekhq.distributed.internal.proto.ErrorCode.UNRECOGNIZED)
                        .filter(code -> code != mekhq.distributed.internal.proto.ErrorCode.ERROR_CODE_UNSPECIFIED);
        assertThat(codes).isNotEmpty().allSatisfy(code ->
                assertThat("ERROR_CODE_" + ErrorCode.fromWire(code.getNumber())).isEqualTo(code.name()));
    }

    @Test
    void everyEndCauseOfTheContractHasItsNameAndNumberInJava() {
        Stream<mekhq.distributed.internal.proto.bridge.EndCause> causes =
                Arrays.stream(mekhq.distributed.internal.proto.bridge.EndCause.values())
                        .filter(cause -> cause != mekhq.distributed.internal.proto.bridge.EndCause.UNRECOGNIZED)
                        .filter(cause ->
                                cause != mekhq.distributed.internal.proto.bridge.EndCause.END_CAUSE_UNSPECIFIED);
        assertThat(causes).isNotEmpty().allSatisfy(cause ->
                assertThat("END_CAUSE_" + EndCause.fromWire(cause.getNumber())).isEqualTo(cause.name()));
    }

    @Test
    void numbersThatThisVersionDoesNotKnowAreUnknown() {
        assertThat(ErrorCode.fromWire(0)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(ErrorCode.fromWire(-1)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(EndCause.fromWire(0)).isEqualTo(EndCause.UNKNOWN);
        assertThat(EndCause.fromWire(999)).isEqualTo(EndCause.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void everyVersionRuleHasItsNameInTheContract(VersionRule rule) {
        assertThat(Convert.toWire(rule).name()).isEqualTo("VERSION_RULE_" + rule);
    }

    @Test
    void aCampaignComesBackAsItWent() {
        CampaignDetails campaign = new CampaignDetails(UUID.randomUUID(), "Blaue Ritter 🛡", LocalDate.of(9999, 12, 31),
                3, "Outreach", true, true, CampaignStatus.UNKNOWN, false, Standing.CLEAN);
        assertThat(Convert.toCampaign(Convert.toWire(campaign))).isEqualTo(campaign);
    }

    @Test
    void whatTheHostSetsOfACampaignIsRead() {
        mekhq.distributed.internal.proto.CampaignDetails wire = Convert.toWire(Campaigns.named("A")).toBuilder()
                .setStatusValue(4).setReady(true).build();
        assertThat(Convert.toCampaign(wire).status()).isEqualTo(CampaignStatus.REWOUND);
        assertThat(Convert.toCampaign(wire).ready()).isTrue();
        assertThat(Convert.toCampaign(wire).standing()).isEqualTo(Standing.CLEAN);
        assertThat(Convert.toCampaign(wire.toBuilder().setStatusValue(77).build()).status())
                .isEqualTo(CampaignStatus.UNKNOWN);
    }

    @Test
    void whatACampaignOwesAndHasSkippedIsRead() {
        mekhq.distributed.internal.proto.CampaignDetails wire = Convert.toWire(Campaigns.named("A")).toBuilder()
                .setStanding(mekhq.distributed.internal.proto.Standing.newBuilder()
                        .addDebts(SettlementConvert.toWire(Money.cBills(1_500_000)))
                        .addSkips(Cursor.newBuilder().setNumber(7)))
                .build();
        assertThat(Convert.toCampaign(wire).standing())
                .isEqualTo(new Standing(List.of(Money.cBills(1_500_000)), List.of(7L)));
        assertThat(Convert.toCampaign(wire).standing().isClean()).isFalse();
    }

    @Test
    void whatWasDroppedOnEitherSideOfTheBoundaryIsCounted() {
        mekhq.distributed.internal.proto.bridge.Statistics wire =
                mekhq.distributed.internal.proto.bridge.Statistics.newBuilder()
                        .setIgnored(4).setRefusalsDropped(5).setDailyLogsDropped(6).build();
        Backlog backlog = new Backlog(1, 1_000);
        backlog.add(Events.dailyLog("x"));
        backlog.add(Events.dailyLog("x"));
        assertThat(Convert.toStatistics(wire, backlog)).isEqualTo(new Statistics(0, 0, 0, 4, 5, 7));
    }

    @Test
    void yearsBelowAThousandAreWrittenWithFourDigits() {
        CampaignDetails campaign = CampaignDetails.of(UUID.randomUUID(), "A", LocalDate.of(1, 1, 1), "Terra", false);
        assertThat(Convert.toWire(campaign).getDate()).isEqualTo("0001-01-01");
    }

    @Test
    void aForceComesBackAsItWent() {
        assertThat(ForceConvert.toForce(ForceConvert.toWire(Campaigns.force(12)))).isEqualTo(Campaigns.force(12));
        assertThat(ForceConvert.toForce(ForceConvert.toWire(nested(16)))).isEqualTo(nested(16));
    }

    @Test
    void aForceNestedTooDeepIsRefused() {
        assertThatThrownBy(() -> ForceConvert.toWire(nested(17)))
                .isInstanceOfSatisfying(DistributedMekHQException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("16");
    }

    @Test
    void optionsCarryWhatTheBuilderWasTold() {
        SessionOptions options = HostSession.builder()
                .campaign(Campaigns.named("Ä"))
                .mekhqVersion("0.50.06")
                .versionRule(VersionRule.SAME_MINOR)
                .password("geheim 🗝")
                .memento(CampaignMemento.load(Campaigns.named("Ä").id(), Campaigns.START, "dm1..e3b0c442"))
                .allowLegacyPeers(true)
                .pingInterval(Duration.ofMillis(250))
                .closeTimeout(Duration.ofMillis(300))
                .dataFolder(Path.of("Spieler 🎲"))
                .sessionOptions();
        assertThat(options).isEqualTo(SessionOptions.newBuilder()
                .setCampaign(Convert.toWire(Campaigns.named("Ä")))
                .setMekhqVersion("0.50.06")
                .setVersionRule(mekhq.distributed.internal.proto.bridge.VersionRule.VERSION_RULE_SAME_MINOR)
                .setPassword("geheim 🗝")
                .setMemento("dm1..e3b0c442")
                .setAllowLegacyPeers(true)
                .setPingIntervalMs(250)
                .setCloseTimeoutMs(300)
                .setDataFolder(Path.of("Spieler 🎲").toAbsolutePath().toString())
                .build());
    }

    @Test
    void aRemoteTellsWhereItsHostIs() {
        Fingerprint fingerprint = new Fingerprint("A".repeat(43));
        RemoteSession.Builder builder = Campaigns.remote("A", 3001).connectTimeout(Duration.ofSeconds(3))
                .trust(HostTrust.fingerprint(fingerprint));
        assertThat(builder.remoteOptions()).isEqualTo(RemoteOptions.newBuilder()
                .setTrust(mekhq.distributed.internal.proto.bridge.HostTrust.HOST_TRUST_FINGERPRINT)
                .setFingerprint(fingerprint.text())
                .setSession(builder.sessionOptions())
                .setHost("127.0.0.1")
                .setPort(3_001)
                .setConnectTimeoutMs(3_000)
                .build());
    }

    @Test
    void noMementoIsAnEmptyOne() {
        assertThat(Campaigns.host("A").sessionOptions().getMemento()).isEmpty();
        CampaignMemento memento = CampaignMemento.load(Campaigns.named("A").id(), Campaigns.START, "dm1..e3b0c442");
        assertThat(Campaigns.remote("A", 1).memento(memento).sessionOptions().getMemento()).isEqualTo("dm1..e3b0c442");
        assertThat(Campaigns.remote("A", 1).memento(memento).memento(null).sessionOptions().getMemento()).isEmpty();
    }

    @Test
    void noPasswordIsNotAnEmptyOne() {
        assertThat(Campaigns.host("A").sessionOptions().hasPassword()).isFalse();
        assertThat(Campaigns.host("A").password("").sessionOptions().hasPassword()).isTrue();
        assertThat(Campaigns.host("A").password("x").password(null).sessionOptions().hasPassword()).isFalse();
    }

    private static Force nested(int levels) {
        Force force = new Force(levels, "Level " + levels, List.of(), List.of());
        for (int level = levels - 1; level >= 1; level--) {
            force = new Force(level, "Level " + level, List.of(force), List.of());
        }
        return force;
    }
}
