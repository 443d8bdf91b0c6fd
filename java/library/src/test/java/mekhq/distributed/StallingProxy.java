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

/** Forwards TCP connections until it is told to stall: then it swallows what comes and keeps everything open. */
final class StallingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int targetPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean stalled;

    StallingProxy(int targetPort) {
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

    void stall() {
        stalled = true;
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket target = new Socket("127.0.0.1", targetPort);
                sockets.add(client);
                sockets.add(target);
                Threads.daemon("proxy", () -> forward(client, target)).start();
                Threads.daemon("proxy", () -> forward(target, client)).start();
            }
        } catch (IOException e) {
            // Closed.
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
