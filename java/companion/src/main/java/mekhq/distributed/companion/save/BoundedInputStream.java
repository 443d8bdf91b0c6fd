// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Passes a save's decompressed bytes on until one of the {@link SaveLimits} is passed. Used by one thread.
 */
final class BoundedInputStream extends FilterInputStream {

    /** Told apart from other I/O errors by its class, wherever the parser wraps it. */
    static final class LimitPassed extends IOException {

        private static final long serialVersionUID = 1L;

        private final SaveException.Problem problem;

        LimitPassed(SaveException.Problem problem, String message) {
            super(message);
            this.problem = problem;
        }

        SaveException.Problem problem() {
            return problem;
        }
    }

    private final SaveLimits limits;
    private long totalBytes;
    private long tokenStartBytes;

    BoundedInputStream(InputStream content, SaveLimits limits) {
        super(content);
        this.limits = limits;
    }

    /** The parser has come to the next token. */
    void tokenDone() {
        tokenStartBytes = totalBytes;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
            count(1);
        }
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            count(read);
        }
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long bytes) throws LimitPassed {
        totalBytes += bytes;
        if (totalBytes > limits.contentBytesMax()) {
            throw new LimitPassed(SaveException.Problem.TOO_LARGE,
                    "it holds more than " + mebibytes(limits.contentBytesMax()) + " of text");
        }
        if (totalBytes - tokenStartBytes > limits.tokenBytesMax() + (64 << 10)) {
            throw new LimitPassed(SaveException.Problem.TEXT_TOO_LONG,
                    "one text or tag in it is longer than " + mebibytes(limits.tokenBytesMax()));
        }
    }

    private static String mebibytes(long bytes) {
        return bytes / (1 << 20) + " MiB";
    }
}
