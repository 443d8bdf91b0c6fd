// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A panic in any native entry is an exception, and the session goes on. */
class NativePanicTest {
    private static int panics;

    private final Recorder recorder = new Recorder();
    private Play play;
    private RemoteSession remote;

    @BeforeEach
    void join() {
        play = new Play();
        remote = play.join("Anna", recorder);
    }

    @AfterEach
    void close() {
        play.close();
    }

    @AfterAll
    static void printFigures() {
        Figures.print("native entries", calls().size());
        Figures.print("panics turned into exceptions", panics);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void aPanicBecomesAnExceptionAndTheSessionGoesOn(String entry) {
        LongConsumer call = calls().get(entry);
        NativeTestHooks.panicNext(entry);

        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> call.accept(play.host.core().id()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
        panics++;

        play.host.timeline().sendDateChanged(Campaigns.START.plusDays(1));
        recorder.await("date " + play.host.campaignId() + " " + Campaigns.START.plusDays(1));
        assertThat(remote.isConnected()).isTrue();
    }

    @Test
    void everyEntryIsAmongThem() {
        assertThat(calls().keySet()).containsExactlyInAnyOrderElementsOf(entries().toList());
    }

    static Stream<String> entries() {
        return Stream.of(Native.class.getDeclaredMethods())
                .filter(method -> Modifier.isNative(method.getModifiers()))
                .map(Method::getName);
    }

    private static Map<String, LongConsumer> calls() {
        Map<String, LongConsumer> calls = new LinkedHashMap<>(NativeCalls.ofTheLibrary());
        calls.putAll(NativeCalls.ofASession());
        return calls;
    }
}
