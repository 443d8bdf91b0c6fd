// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.companion.ExitCode;

/**
 * Runs one session from its start to its end: opens it, prints what happens, carries out what the player types, tells
 * what MekHQ saves.
 *
 * <p>Four threads meet here. The companion thread does all the work (see the package). The caller of {@link #run}
 * waits for the end. A reader thread blocks on the input, which cannot be interrupted, so it is a daemon; it hands over
 * one line at a time and waits until that line is done, so that no lines pile up, and then keeps the memento. A ticking
 * thread looks at the save and keeps the memento, both of which may have to wait for a disk, and hands over what it saw
 * in the same way. The two futures and the keeper are the only things shared; what the companion thread made while it
 * opened the session was made before the other two begin.
 */
public final class Shell {

    /** How long the last events may take to be printed once the session is closed. */
    private static final long LAST_EVENTS_MS = 2_000;
    /** How long a disk may keep the last look at the save. */
    private static final long LAST_TICK_MS = 2_000;
    private static final long TICK_MS = 500;

    private final InputStream in;
    private final Screen screen;
    private final ExecutorService companionThread =
            Executors.newSingleThreadExecutor(task -> daemon(task, "companion"));
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "companion-ticks"));
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ShellPlan plan;
    private final OwnCampaign own;
    private final LogOutbox outbox = new LogOutbox();
    private final EventPrinter printer;
    private CommandLoop commands;
    /** Null where no save is followed. */
    private SaveFollower follower;
    private MementoKeeper keeper;

    /**
     * A shell for one session.
     *
     * @param in     command lines, UTF-8; its end means quit
     * @param screen what is printed
     * @param plan   what it begins with
     */
    public Shell(InputStream in, Screen screen, ShellPlan plan) {
        this.in = in;
        this.screen = screen;
        this.plan = plan;
        this.own = new OwnCampaign(plan.campaign());
        this.printer = new EventPrinter(screen, own, outbox, this);
    }

    /**
     * Opens the session and stays with it to its end.
     *
     * @param start how the session comes to be
     * @return the exit code
     * @throws CompanionException if the session could not be opened
     */
    public int run(SessionStart start) throws CompanionException {
        try {
            OpenSession session = open(start);
            try {
                return exitCode.join();
            } finally {
                ticks.shutdown();
                session.close();
                awaitLastEvents();
                awaitLastTick();
                keeper.keep();
                CompletableFuture.runAsync(this::tellTrouble, companionThread).join();
            }
        } finally {
            ticks.shutdownNow();
            companionThread.shutdownNow();
        }
    }

    private OpenSession open(SessionStart start) throws CompanionException {
        Future<OpenSession> opening = companionThread.submit(() -> {
            OpenSession session = start.open(this::runEvents, printer);
            CommandContext context = new CommandContext(session, own, screen, this::finish);
            commands = new CommandLoop(context);
            keeper = new MementoKeeper(plan.memento().file(), plan.memento().text(),
                    () -> onCompanionThread(session::memento));
            follower = plan.watch().map(watch -> new SaveFollower(watch, context, outbox)).orElse(null);
            printer.opened(session, new SaveState(plan.written(), plan.campaign().date()));
            return session;
        });
        try {
            return opening.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompanionException(ExitCode.REFUSED_OR_UNREACHABLE, "Interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CompanionException failure) {
                throw failure;
            }
            throw new CompanionException(ExitCode.LIBRARY,
                    "The companion failed: " + Printable.text(e.getCause().toString()), e.getCause());
        }
    }

    /** Events that come when the shell has ended, as after a refusal, are of no interest to anyone. */
    private void runEvents(Runnable events) {
        try {
            companionThread.execute(() -> {
                events.run();
                screen.refresh();
            });
        } catch (RejectedExecutionException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "events after the end", e);
        }
    }

    private void awaitLastEvents() {
        try {
            closed.get(LAST_EVENTS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "the last events are missing", e);
        }
    }

    /** What it has seen is handed over while there is still a companion thread to take it. */
    private void awaitLastTick() {
        try {
            if (!ticks.awaitTermination(LAST_TICK_MS, TimeUnit.MILLISECONDS)) {
                System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "a tick waits for a disk");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The session has begun: from now on the player's commands are carried out, and the save is followed. */
    void begin() {
        ticks.scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
        // Last: where there is nothing to read it ends the companion.
        daemon(this::read, "companion-input").start();
    }

    /** Whether the companion ends when the host closes its session. */
    boolean endsWithHost() {
        return !plan.stay();
    }

    /** The companion ends with this exit code, unless it is ending already. */
    void finish(int code) {
        exitCode.complete(code);
    }

    /** The session's last event has come. */
    void closed() {
        closed.complete(null);
        finish(ExitCode.OK);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            onCompanionThread(screen::prompt);
            for (String line = lines.readLine(); line != null && !exitCode.isDone(); line = lines.readLine()) {
                String command = line;
                onCompanionThread(() -> carryOut(command));
                keep();
                onCompanionThread(this::prompt);
            }
            finish(ExitCode.OK);
        } catch (IOException | RejectedExecutionException | ExecutionException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "no more commands", e);
            finish(ExitCode.OK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryOut(String line) {
        screen.typed(line);
        commands.carryOut(line);
    }

    /** Commands go on whatever becomes of the memento; the next tick tries again. */
    private void keep() {
        try {
            keeper.keep();
        } catch (CompletionException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "the memento was not read", e);
        }
    }

    private void tellTrouble() {
        keeper.takeTrouble().ifPresent(screen::event);
    }

    /**
     * The player is asked for more when what the last command changed is kept: a tick that is lost would be booked twice.
     */
    private void prompt() {
        tellTrouble();
        if (!exitCode.isDone()) {
            screen.prompt();
        }
    }

    /** Some of what the board shows changes without an event. */
    private void tick() {
        try {
            Runnable news = follower == null ? () -> { } : follower.look();
            keeper.keep();
            onCompanionThread(() -> {
                news.run();
                tellTrouble();
                screen.refresh();
            });
        } catch (RejectedExecutionException | CompletionException | ExecutionException e) {
            System.getLogger(Shell.class.getName()).log(System.Logger.Level.DEBUG, "a tick failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T onCompanionThread(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, companionThread).join();
    }

    private void onCompanionThread(Runnable task) throws ExecutionException, InterruptedException {
        companionThread.submit(task).get();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
