// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import mekhq.distributed.storm.StormProgram;
import mekhq.distributed.storm.StormSave;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host and two remote campaigns, each in a virtual machine of its own, wire money to each other as fast as they can. Each
 * machine is killed again and again, and its campaign goes on from its last save or the one before.
 */
class KilledJvmsTest {
    /** How often each machine is killed. */
    private static final int KILLS = Integer.getInteger("distributed.mekhq.kills", 5);
    private static final long SEED = Long.getLong("distributed.mekhq.seed", 1);
    /** In percent. */
    private static final int OLDER_SAVES = 20;

    private final KilledJvm.Hosting hosting = new KilledJvm.Hosting();
    private final List<KilledJvm> machines = new ArrayList<>();

    @TempDir
    private Path temporary;

    @Test
    void noTransferThatAnybodyWasToldOfIsLostOrDoubledWhenVirtualMachinesAreKilled() throws Exception {
        Figures.print("seed", SEED);
        for (String name : StormProgram.NAMES) {
            Path folder = Files.createDirectory(temporary.resolve(name));
            machines.add(new KilledJvm(name, folder, SEED * 100 + machines.size(), hosting));
        }
        try {
            storm();
            Map<String, StormSave> saves = settled();
            check(saves);
            checkFirstSaves(saves);
            print(saves);
        } finally {
            machines.forEach(KilledJvm::end);
        }
    }

    /** Whoever has been killed often enough plays on until all have. */
    private void storm() throws InterruptedException, ExecutionException {
        CountDownLatch killedEnough = new CountDownLatch(machines.size());
        List<CompletableFuture<Void>> lives = new ArrayList<>();
        for (KilledJvm machine : machines) {
            CompletableFuture<Void> over = new CompletableFuture<>();
            lives.add(over);
            Threads.daemon("lives of " + machine.name, () -> {
                try {
                    live(machine, killedEnough);
                    over.complete(null);
                } catch (Throwable e) {
                    lives.forEach(life -> life.completeExceptionally(e));
                }
            }).start();
        }
        for (CompletableFuture<Void> life : lives) {
            life.get();
        }
    }

    private static void live(KilledJvm machine, CountDownLatch killedEnough) throws InterruptedException {
        for (int kill = 0; kill < KILLS; kill++) {
            machine.playAndKill(machine.chance(OLDER_SAVES));
        }
        machine.play();
        killedEnough.countDown();
        killedEnough.await();
        machine.kill();
    }

    /** All come back, nobody asks for anything new, and what is open ends. */
    private Map<String, StormSave> settled() throws IOException {
        machines.forEach(machine -> machine.start(false, false));
        machines.forEach(KilledJvm::awaitConfirmed);
        machines.forEach(machine -> Await.until("all that was open has ended", KilledJvm.WATCHDOG_MS,
                () -> machine.open() == 0));
        // The host last: what the others say goodbye to is still there.
        for (int at = machines.size() - 1; at >= 0; at--) {
            assertThat(machines.get(at).leave()).isZero();
        }
        Map<String, StormSave> saves = new HashMap<>();
        for (KilledJvm machine : machines) {
            saves.put(machine.name, StormSave.load(machine.folder, false));
        }
        return saves;
    }

    private void check(Map<String, StormSave> saves) {
        Map<UUID, List<Long>> sides = new HashMap<>();
        for (KilledJvm machine : machines) {
            StormSave save = saves.get(machine.name);
            assertThat(machine.wrong).isEmpty();
            assertThat(save.outcomes()).as("what %s was told in any of its lives", machine.name)
                    .containsAllEntriesOf(machine.told);
            assertThat(save.moved()).as("what was moved for %s is what it was told", machine.name)
                    .isEqualTo(withoutRejections(save.outcomes()));
            assertThat(save.balance()).as("the balance of %s is explained", machine.name)
                    .isEqualTo(StormSave.BEGIN + sum(save.moved()));
            save.outcomes().forEach((request, units) ->
                    sides.computeIfAbsent(request, none -> new ArrayList<>()).add(units));
        }
        assertThat(sides.values()).allSatisfy(units -> {
            assertThat(units).as("a transfer has two sides").hasSize(2);
            assertThat(units.get(0) + units.get(1)).as("what one has the other gave").isZero();
        });
        assertThat(saves.values().stream().mapToLong(StormSave::balance).sum())
                .isEqualTo(machines.size() * StormSave.BEGIN);
    }

    private static Map<UUID, Long> withoutRejections(Map<UUID, Long> outcomes) {
        return outcomes.entrySet().stream().filter(outcome -> outcome.getValue() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static long sum(Map<UUID, Long> amounts) {
        return amounts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** From their first saves, the campaigns learn all of it from the host. */
    private void checkFirstSaves(Map<String, StormSave> saves) throws IOException {
        for (KilledJvm machine : machines) {
            Files.delete(machine.folder.resolve("save"));
            Files.delete(machine.folder.resolve("before"));
        }
        Map<String, StormSave> learned = settled();
        saves.forEach((name, save) -> {
            assertThat(learned.get(name).balance()).isEqualTo(save.balance());
            assertThat(learned.get(name).outcomes()).isEqualTo(save.outcomes());
            assertThat(learned.get(name).moved()).isEqualTo(save.moved());
        });
    }

    private void print(Map<String, StormSave> saves) {
        machines.forEach(machine -> Figures.print("kills of " + machine.name + "'s virtual machine", KILLS + 1));
        Figures.print("transfers between the machines",
                saves.values().stream().mapToInt(save -> save.outcomes().size()).sum() / 2);
        Figures.print("outcomes that a machine was told in the storm",
                machines.stream().mapToInt(machine -> machine.told.size()).sum());
        Figures.print("outcomes lost or doubled between the machines", 0);
        Figures.print("sum of the machines' balances before and after",
                saves.values().stream().mapToLong(StormSave::balance).sum());
    }
}
