// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.storm;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.Fingerprint;
import mekhq.distributed.HostSession;
import mekhq.distributed.HostTrust;
import mekhq.distributed.Money;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.Session;
import mekhq.distributed.SessionBuilder;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferListener;
import mekhq.distributed.transfer.TransferOutcome;

/**
 * Plays a campaign until it is killed: wires, answers, and saves now and then. What it is told it says on its output at
 * once, a line each: {@value #CONFIRMED}, {@value #ENDED} with a request and the C-bills that it moved.
 *
 * <p>Each line on its input is answered with {@value #OPEN} and how many transfers are open, -1 while that is not known.
 * When its input ends, it saves and leaves.
 *
 * <p>Concurrency: everything but the input is on one thread, that of {@code swing}.
 */
public final class StormProgram implements SettlementListener, TransferListener {
    /** The campaigns' names, the host's first. */
    public static final List<String> NAMES = List.of("Host", "Anna", "Ben");
    /** Followed by port and fingerprint. */
    public static final String HOSTING = "hosting";
    public static final String CONFIRMED = "confirmed";
    public static final String ENDED = "ended";
    public static final String OPEN = "open";
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
    /** Own requests under way at once. */
    private static final int WINDOW = 4;
    private static final int OUTCOMES_BETWEEN_SAVES = 6;

    private final String name = System.getProperty("storm.name");
    private final Path folder = Path.of(System.getProperty("storm.folder"));
    private final boolean asking = Boolean.getBoolean("storm.asking");
    private final Random random = new Random(Long.getLong("storm.seed"));
    private final ExecutorService swing = Executors.newSingleThreadExecutor();
    private final StormCampaign campaign;
    private final List<UUID> toAnswer = new ArrayList<>();
    private Session session;
    private int confirmations;
    private int underWay;
    private int ended;

    private StormProgram() throws IOException {
        campaign = new StormCampaign(id(name), name, StormSave.load(folder, Boolean.getBoolean("storm.older")));
    }

    public static UUID id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        StormProgram program = new StormProgram();
        Session session = program.join();
        program.swing.execute(() -> {
            program.session = session;
            program.act();
        });
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
            program.swing.execute(program::tellOpen);
        }
        session.close();
        program.swing.submit(program::store).get();
        System.exit(0);
    }

    /** In one write, so that half of a line is never said. */
    static void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Session join() {
        String address = System.getProperty("storm.address");
        int port = Integer.getInteger("storm.port");
        if (name.equals(NAMES.get(0))) {
            HostSession host = in(HostSession.builder()).bindAddress(address).port(port).start();
            say(HOSTING + " " + host.port() + " " + host.fingerprint().orElseThrow());
            return host;
        }
        HostTrust trust = HostTrust.fingerprint(new Fingerprint(System.getProperty("storm.fingerprint")));
        while (true) {
            try {
                return in(RemoteSession.builder()).host(address).port(port).trust(trust).connect().join();
            } catch (CompletionException e) {
                // The host may just be dead, and a first connection is not tried again by itself.
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private <B extends SessionBuilder<B>> B in(B builder) {
        return builder.campaign(CampaignDetails.of(id(name), name, StormCampaign.TODAY, "Outreach", false))
                .mekhqVersion("0.50.06").dataFolder(folder).executor(swing).memento(campaign.memento)
                .settlementListener(this).transferListener(this);
    }

    @Override
    public void onConfirmed() {
        say(CONFIRMED);
        confirmations++;
        // What else was on its way was heard, or is no more.
        underWay = session == null ? 0 : (int) session.transfers().open().stream().filter(this::isOwn).count();
        swing.execute(this::act);
    }

    private boolean isOwn(Transfer transfer) {
        return transfer.source().equals(id(name));
    }

    @Override
    public void onTransferRequested(Transfer transfer) {
        toAnswer.add(transfer.request());
        swing.execute(this::act);
    }

    @Override
    public void onTransferCompleted(TransferOutcome outcome) {
        say(ENDED + " " + outcome.request() + " " + campaign.ended(outcome));
        if (outcome.source().equals(id(name))) {
            underWay = Math.max(0, underWay - 1);
        }
        ended++;
        if (ended % OUTCOMES_BETWEEN_SAVES == 0) {
            // Not in the middle of this turn, of which there may be more to hear.
            swing.execute(this::store);
        }
        swing.execute(this::act);
    }

    @Override
    public void onSettlementPaused(long number, String reason) {
        say("wrong: paused, " + reason);
    }

    @Override
    public void onAssetsFailed(String reason) {
        say("wrong: " + reason);
    }

    @Override
    public void onQuarantined(long ledgerEnd) {
        say("wrong: the host does not know what it had said");
    }

    private void act() {
        if (session == null) {
            return;
        }
        for (UUID request : toAnswer) {
            if (random.nextInt(8) == 0) {
                session.transfers().reject(request);
            } else {
                session.transfers().accept(request);
            }
        }
        toAnswer.clear();
        while (asking && confirmations > 0 && underWay < WINDOW) {
            ask(confirmations);
        }
    }

    /** Where it cannot ask, it tries again when it hears something. */
    private void ask(int confirmation) {
        String target = NAMES.get(random.nextInt(NAMES.size()));
        if (target.equals(name)) {
            return;
        }
        underWay++;
        long units = (1 + random.nextInt(50)) * (random.nextInt(4) == 0 ? -1 : 1);
        session.transfers().request(id(target), Money.cBills(units), "").exceptionally(failure -> {
            swing.execute(() -> underWay -= confirmation == confirmations ? 1 : 0);
            return null;
        });
    }

    private void tellOpen() {
        say(OPEN + " " + (confirmations == 0 || session == null ? -1 : session.transfers().open().size()));
    }

    private void store() {
        try {
            campaign.save().store(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
