// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Forwards TCP connections until it is told otherwise.
 *
 * <p>Concurrency: the fault is looked at after a connection was added, and set before the known connections are told
 * of it, so that none escapes.
 */
final class FaultyProxy implements AutoCloseable {
    private enum Fault { NONE, STALLED, CUT }

    private final ServerSocket listening;
    private final int targetPort;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;
    private volatile CountDownLatch held = new CountDownLatch(0);

    FaultyProxy(int targetPort) {
        this.targetPort = targetPort;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Threads.daemon("proxy", this::accept).start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** New connections come no further than to here until {@link #heal()}. */
    void hold() {
        held = new CountDownLatch(1);
    }

    /** From now on swallows what comes and keeps everything open. */
    void stall() {
        fault = Fault.STALLED;
        links.forEach(link -> link.stalled = true);
    }

    /** Ends all connections, and new ones at once. */
    void cut() {
        fault = Fault.CUT;
        links.forEach(Link::close);
    }

    /** New connections are forwarded again. Those that stalled stay as they are. */
    void heal() {
        fault = Fault.NONE;
        held.countDown();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        held.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                held.await();
                Link link = new Link(client, new Socket("127.0.0.1", targetPort));
                links.add(link);
                link.stalled = fault == Fault.STALLED;
                if (fault == Fault.CUT) {
                    link.close();
                } else {
                    link.begin();
                }
            }
        } catch (IOException | InterruptedException e) {
            // Closed, or its target refused: it never stands before another one and accepts nobody any more.
        }
    }

    private static final class Link {
        private final Socket client;
        private final Socket target;
        private volatile boolean stalled;

        Link(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        void begin() {
            Threads.daemon("proxy", () -> forward(client, target)).start();
            Threads.daemon("proxy", () -> forward(target, client)).start();
        }

        void close() {
            try {
                client.close();
                target.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void forward(Socket from, Socket to) {
            byte[] buffer = new byte[8_192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (!stalled) {
                        out.write(buffer, 0, read);
                    }
                }
                if (!stalled) {
                    to.shutdownOutput();
                }
            } catch (IOException e) {
                // Closed.
            }
        }
    }
}
