// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a host listens, and what it shows to those who come.
 *
 * @param bindAddress IP address to listen on; empty: all
 * @param port        0 to 65,535, 0 for any free one
 * @param plaintext   whether to do without encryption
 * @param certificate PEM files of a certificate and its key; empty: one of the library's own making
 * @param transferExpiryDays real days after which a wire transfer expires; 0: never
 * @param beginAnew   whether to do without a ledger that is damaged or missing, and begin a new session
 * @param addresses   by which names or addresses the machine is seen from outside, for the invitation
 */
record HostPlan(Optional<String> bindAddress, int port, boolean plaintext, Optional<CertificateFiles> certificate,
                int transferExpiryDays, boolean beginAnew, List<String> addresses) {

    /**
     * A certificate and its key.
     *
     * @param certificate PEM file
     * @param key         PEM file
     */
    record CertificateFiles(Path certificate, Path key) {
    }
}
