// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.Hold;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wire transfers and the settlements that they end in (protocol.md sections 5 and 6). */
class TransfersTest {
    private final Path hostsComputer = Campaigns.newDataFolder();
    private final List<Trader> traders = new ArrayList<>();
    private Trader host = opened(new Trader("Host", 100).host(hosting(0)));

    @AfterEach
    void close() {
        for (int at = traders.size() - 1; at >= 0; at--) {
            traders.get(at).close();
        }
    }

    private HostSession.Builder hosting(int port) {
        return Campaigns.host("Host").dataFolder(hostsComputer).port(port);
    }

    private Trader opened(Trader trader) {
        traders.add(trader);
        return trader;
    }

    private Trader joined(String name, long free) {
        return opened(new Trader(name, free).join(host.port()));
    }

    private Trader loaded(Trader before, Trader.Save save) {
        before.leave();
        return opened(new Trader(before.name, save).join(host.port()));
    }

    private static ErrorCode code(CompletableFuture<?> future) {
        return Await.failure(future).code();
    }

    @Test
    void moneyMovesOnceBothSidesAgree() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        UUID request = anna.wire(bert, 60);
        assertThat(List.of(anna.purse.free(), anna.purse.held())).as("set aside first").containsExactly(40L, 60L);
        bert.recorder.await("asked 60 CSB pay");
        assertThat(bert.session().transfers().open()).singleElement().satisfies(transfer -> {
            assertThat(transfer.request()).isEqualTo(request);
            assertThat(transfer.payer()).isEqualTo(anna.id());
            assertThat(transfer.payee()).isEqualTo(bert.id());
        });
        bert.accept(request);
        anna.recorder.await("completed 60 CSB");
        bert.recorder.await("completed 60 CSB");
        assertThat(List.of(anna.purse.free(), anna.purse.held(), bert.purse.free())).containsExactly(40L, 0L, 160L);
        assertThat(bert.session().transfers().open()).isEmpty();
    }

    @Test
    void theHostCampaignTakesPartLikeAnyOther() {
        Trader anna = joined("Anna", 100);
        UUID request = anna.wire(host, -30);
        host.recorder.await("asked -30 CSB pay");
        host.accept(request);
        anna.recorder.await("completed -30 CSB");
        host.recorder.await("completed -30 CSB");
        assertThat(List.of(anna.purse.free(), host.purse.free())).containsExactly(130L, 70L);
    }

    @Test
    void whoCannotPayIsToldAndNothingIsSetAside() {
        Trader anna = joined("Anna", 10);
        Trader bert = joined("Bert", 10);
        assertThat(code(anna.session().transfers().request(bert.id(), Money.cBills(11), "")))
                .isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
        UUID request = anna.wire(bert, -11);
        bert.recorder.await("asked -11 CSB pay");
        assertThat(code(bert.session().transfers().accept(request))).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
        anna.recorder.await("completed -11 CSB INSUFFICIENT_FUNDS");
        assertThat(List.of(anna.purse.free(), bert.purse.free())).containsExactly(10L, 10L);
    }

    @Test
    void aRequestWaitsForATargetThatIsAway() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        bert.leave();
        UUID request = anna.wire(bert, 60);
        Trader back = loaded(bert, bert.save());
        back.recorder.await("asked 60 CSB pay");
        back.accept(request);
        anna.recorder.await("completed 60 CSB");
    }

    @Test
    void whatWasAskedForCanBeTakenBackAndWhatWasAcceptedToo() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        Await.result(anna.session().transfers().cancel(anna.wire(bert, 60)));
        anna.recorder.await("completed 60 CSB WITHDRAWN");
        assertThat(List.of(anna.purse.free(), anna.purse.held())).containsExactly(100L, 0L);

        UUID request = anna.wire(bert, 50);
        bert.recorder.await("asked 50 CSB pay");
        anna.leave();
        bert.recorder.await("left Anna UNKNOWN");
        bert.accept(request);
        Await.result(bert.session().transfers().reject(request));
        bert.recorder.await("completed 50 CSB WITHDRAWN");
        Trader back = loaded(anna, anna.save());
        back.recorder.await("completed 50 CSB WITHDRAWN");
        assertThat(List.of(back.purse.free(), back.purse.held())).containsExactly(100L, 0L);
    }

    @Test
    void aSaveFromBeforeMeetsTheOutcomeAndOneFromAfterDoesNot() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        Trader.Save before = anna.save();
        UUID request = anna.wire(bert, 60);
        bert.recorder.await("asked 60 CSB pay");
        bert.accept(request);
        anna.recorder.await("completed 60 CSB");
        Trader.Save after = anna.save();
        anna = loaded(anna, before);
        anna.recorder.await("completed 60 CSB");
        assertThat(anna.purse.free()).isEqualTo(40);
        anna = loaded(anna, after);
        assertThat(anna.recorder.heard()).doesNotContain("completed 60 CSB");
        assertThat(anna.purse.free()).isEqualTo(40);
    }

    @Test
    void aHostThatStartsAgainGoesOnWhereItWas() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        UUID request = anna.wire(bert, 60);
        bert.recorder.await("asked 60 CSB pay");
        int port = host.port();
        Trader.Save hosts = host.save();
        host.close();
        host = opened(new Trader("Host", hosts).host(hosting(port)));
        Trader stays = bert;
        Await.until("both agree with the host again", () -> stays.recorder.count("confirmed") == 2
                && anna.recorder.count("confirmed") == 2);
        bert.accept(request);
        anna.recorder.await("completed 60 CSB");
        bert.recorder.await("completed 60 CSB");
        assertThat(List.of(anna.purse.free(), bert.purse.free())).containsExactly(40L, 160L);
    }

    @Test
    void assetsThatThrowPauseWhatFollowsUntilARetryOrASkip() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        UUID first = anna.wire(bert, 10);
        UUID second = anna.wire(bert, 20);
        bert.recorder.await("asked 20 CSB pay");
        anna.purse.breakIt(true);
        bert.accept(first);
        bert.accept(second);
        anna.recorder.await("paused 1 the campaign could not do it: the purse is torn");
        assertThat(code(anna.session().transfers().request(bert.id(), Money.cBills(1), "")))
                .isEqualTo(ErrorCode.NOT_CONFIRMED);
        Await.result(anna.session().settlements().retry());
        assertThat(anna.recorder.count("paused 1 the campaign could not do it: the purse is torn")).isEqualTo(2);
        Await.result(anna.session().settlements().skip());
        anna.recorder.await("paused 2 the campaign could not do it: the purse is torn");
        anna.purse.breakIt(false);
        Await.result(anna.session().settlements().retry());
        anna.recorder.await("completed 20 CSB");
        assertThat(anna.recorder.heard()).doesNotContain("completed 10 CSB");
    }

    @Test
    void whatFallsDueLaterArrivesOnItsDayWithoutASession() {
        host.session().timeline().sendDateChanged(Campaigns.START.plusDays(2));
        host.memento.day(Campaigns.START.plusDays(2));
        Trader anna = joined("Anna", 100);
        UUID request = anna.wire(host, -60);
        host.recorder.await("asked -60 CSB pay");
        host.accept(request);
        anna.recorder.await("completed -60 CSB");
        assertThat(anna.purse.free()).as("its host is two days ahead").isEqualTo(100);
        anna.leave();
        Trader alone = opened(new Trader("Anna", anna.save()));
        alone.memento.day(Campaigns.START.plusDays(1));
        assertThat(alone.purse.free()).isEqualTo(100);
        alone.memento.day(Campaigns.START.plusDays(2));
        assertThat(alone.purse.free()).isEqualTo(160);
        alone.memento.day(Campaigns.START.plusDays(3));
        assertThat(alone.purse.free()).isEqualTo(160);
    }

    @Test
    void theHostSetsSomethingRightAndEverybodySeesIt() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        Adjustment adjustment = new Adjustment(anna.id(), Bundle.EMPTY, Bundle.of(Money.cBills(5)), "a lost payday", 0,
                Campaigns.START);
        host.session().settlements().adjust(adjustment);
        anna.recorder.await("adjusted " + adjustment);
        bert.recorder.await("adjusted " + adjustment);
        assertThat(List.of(anna.purse.free(), bert.purse.free())).containsExactly(105L, 100L);
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> bert.session().settlements().adjust(adjustment))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    @Test
    void aSessionThatIsGivenUpFreesWhatWasHeldForIt() {
        Trader anna = joined("Anna", 100);
        UUID request = anna.wire(host, 60);
        UUID session = UUID.fromString(Await.result(anna.recorder.sessionJoined()));
        assertThat(List.of(anna.session(), host.session())).extracting(Session::sessionId)
                .containsOnly(Optional.of(session));
        anna.leave();
        assertThat(anna.memento.heldSessions()).containsExactly(new HeldSession(session, Campaigns.START,
                List.of(new Hold(request, 0, Bundle.of(Money.cBills(60))))));
        anna.memento.abandon(session);
        assertThat(anna.memento.heldSessions()).isEmpty();
        assertThat(List.of(anna.purse.free(), anna.purse.held())).containsExactly(100L, 0L);
    }

    @Test
    void theAssetsMayNotCallTheMemento() {
        Trader anna = joined("Anna", 100);
        Trader bert = joined("Bert", 100);
        AtomicReference<RuntimeException> refused = new AtomicReference<>();
        anna.purse.whenSettling(() -> {
            try {
                anna.memento.text();
            } catch (DistributedMekHQException e) {
                refused.set(e);
            }
        });
        UUID request = anna.wire(bert, 60);
        bert.recorder.await("asked 60 CSB pay");
        bert.accept(request);
        anna.recorder.await("completed 60 CSB");
        assertThat(refused.get()).isInstanceOfSatisfying(DistributedMekHQException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    @Test
    void withoutAssetsNothingCanBeAskedFor() {
        try (CampaignMemento memento = CampaignMemento.load(Campaigns.named("Carl").id(), Campaigns.START, "");
                Session carl = Await.result(Campaigns.remote("Carl", host.port()).memento(memento).connect())) {
            assertThat(code(carl.transfers().request(host.id(), Money.cBills(1), ""))).isEqualTo(ErrorCode.FORBIDDEN);
        }
    }

    @Test
    void aSessionThatClosesInTheMiddleOfEverythingLeavesNoFutureOpenAndLosesNothing() {
        Trader anna = joined("Anna", 1_000);
        Trader bert = joined("Bert", 0);
        List<CompletableFuture<UUID>> futures = new ArrayList<>();
        for (int count = 0; count < 200; count++) {
            futures.add(anna.session().transfers().request(bert.id(), Money.cBills(1), ""));
            if (count == 100) {
                CompletableFuture.runAsync(anna::leave);
            }
        }
        futures.forEach(future -> Await.until("an answer", future::isDone));
        anna.leave();
        Trader.Save save = anna.save();
        assertThat(save.purse().free() + save.purse().held()).isEqualTo(1_000);
        Trader back = loaded(anna, save);
        assertThat(back.purse.free() + back.purse.held()).isEqualTo(1_000);
        assertThat(back.purse.held()).as("what the host knows of is held").isEqualTo(back.session().transfers().open()
                .size());
    }
}
