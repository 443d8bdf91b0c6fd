// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ConnectedHost;
import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.companion.save.MementoFile;

/** Plays a shell on a fake session through to its end. */
final class Play {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private ScreenKind kind = ScreenKind.LINES;
    private boolean stay;
    private LoadedMemento loaded = new LoadedMemento(MementoFile.beside(Path.of("never written")), "");
    private Instant written = Instant.EPOCH;
    private Consumer<TodoList> before = todos -> { };
    private FakeSession session;

    void onA(ScreenKind screenKind) {
        kind = screenKind;
    }

    void keepingTheMementoIn(MementoFile file) {
        loaded = new LoadedMemento(file, "");
    }

    /** The save that the companion begins with. */
    void savedAt(Instant moment) {
        written = moment;
    }

    /** What happened to its list in earlier sessions. */
    void before(Consumer<TodoList> earlier) {
        before = earlier;
    }

    void staying() {
        stay = true;
    }

    FakeSession session() {
        return session;
    }

    int host(String typed, Consumer<SessionEvents> script) throws CompanionException {
        return host(typed(typed), script);
    }

    /** Without a word from the player. */
    void hostUntilClosed(Consumer<SessionEvents> script) throws CompanionException {
        host(nothingTyped(), script.andThen(events -> session.close()));
    }

    private int host(InputStream in, Consumer<SessionEvents> script) throws CompanionException {
        return new Shell(in, screen(), plan(Campaigns.LANCERS)).run((executor, events) -> {
            session = new FakeSession(Campaigns.LANCERS, OptionalInt.of(3456), executor, events);
            before.accept(session.todos());
            executor.execute(() -> script.accept(events));
            return session;
        });
    }

    int host(Iterator<String> lines, Consumer<SessionEvents> script) throws CompanionException {
        return host(asked(lines), script);
    }

    int join(String typed, Consumer<SessionEvents> script) throws CompanionException {
        return join(typed(typed), script);
    }

    /** Without a word from the player. */
    int join(Consumer<SessionEvents> script) throws CompanionException {
        return join(nothingTyped(), script);
    }

    /** Without a word from the player. */
    void joinUntilClosed(Consumer<SessionEvents> script) throws CompanionException {
        join(script.andThen(events -> session.close()));
    }

    private int join(InputStream in, Consumer<SessionEvents> script) throws CompanionException {
        return new Shell(in, screen(), plan(Campaigns.FOXES)).run((executor, events) -> {
            session = new FakeSession(Campaigns.FOXES, OptionalInt.empty(), executor, events);
            session.knowHost(Campaigns.LANCERS);
            executor.execute(() -> script.accept(events));
            return session;
        });
    }

    Shell shell(CampaignDetails campaign) {
        return new Shell(typed(""), screen(), plan(campaign));
    }

    private ShellPlan plan(CampaignDetails campaign) {
        return new ShellPlan(campaign, loaded, written, Optional.empty(), stay);
    }

    static Consumer<SessionEvents> connected(boolean legacy) {
        return events -> events.onConnected(host(legacy));
    }

    static ConnectedHost host(boolean legacy) {
        return new ConnectedHost(Campaigns.LANCERS, Optional.empty(), "0.51.00", legacy);
    }

    private static InputStream typed(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for a line when the last one was carried out, as a terminal does. */
    private static InputStream asked(Iterator<String> lines) {
        return new InputStream() {
            private ByteArrayInputStream line = new ByteArrayInputStream(new byte[0]);

            @Override
            public int read() {
                if (line.available() == 0 && lines.hasNext()) {
                    line = new ByteArrayInputStream((lines.next() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                return line.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int first = length == 0 ? -1 : read();
                if (first < 0) {
                    return -1;
                }
                bytes[offset] = (byte) first;
                return 1 + Math.max(0, line.read(bytes, offset + 1, length - 1));
            }
        };
    }

    /** Blocks as a terminal does at which nobody types. */
    private static InputStream nothingTyped() {
        try {
            return new PipedInputStream(new PipedOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Screen screen() {
        return new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("3025-01-01T14:02:00Z"), ZoneOffset.UTC), kind);
    }

    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return printed().lines().toList();
    }
}
