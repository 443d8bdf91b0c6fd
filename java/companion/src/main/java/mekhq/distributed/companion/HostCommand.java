// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code companion host}: this campaign becomes the host campaign. */
@Command(name = "host", description = "Host a session with the campaign in SAVE.", mixinStandardHelpOptions = true,
        versionProvider = Companion.Version.class)
final class HostCommand implements Callable<Integer> {

    private static final int PORT_MAX = 65_535;
    private static final int TRANSFER_EXPIRY_DAYS_MAX = 3_650;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions options;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "" + HostAddress.DEFAULT_PORT,
            description = "Port to listen on, ${DEFAULT-VALUE} by default; 0 takes any free one.")
    private int port;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "IP address to listen on; all by default.")
    private String bindAddress;

    @ArgGroup
    private EncryptionOptions encryption = new EncryptionOptions();

    @Option(names = "--transfer-expiry-days", paramLabel = "DAYS", defaultValue = "0",
            description = "Real days after which a wire transfer that nobody answers expires, up to "
                    + TRANSFER_EXPIRY_DAYS_MAX + "; 0, the default, is never.")
    private int transferExpiryDays;

    @Option(names = "--begin-anew",
            description = "Begin a new session where the ledger of this campaign's session is damaged or missing and no "
                    + "backup can take its place. What that ledger knew is given up.")
    private boolean beginAnew;

    @Option(names = "--address", paramLabel = "ADDRESS",
            description = "Name or address by which others see this computer, with :PORT if it differs, for the "
                    + "invitation. May be given several times.")
    private List<String> addresses = List.of();

    HostCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CompanionException {
        if (port < 0 || port > PORT_MAX) {
            throw new ParameterException(spec.commandLine(), "'" + port + "' is not a port from 0 to " + PORT_MAX);
        }
        if (transferExpiryDays < 0 || transferExpiryDays > TRANSFER_EXPIRY_DAYS_MAX) {
            throw new ParameterException(spec.commandLine(),
                    "'" + transferExpiryDays + "' is not a number of days from 0 to " + TRANSFER_EXPIRY_DAYS_MAX);
        }
        SessionPlan plan = options.plan(surroundings);
        return surroundings.shell(plan, false).run((executor, events) ->
                surroundings.sessions().host(plan, hostPlan(), executor, events));
    }

    private HostPlan hostPlan() {
        return new HostPlan(Optional.ofNullable(bindAddress), port, encryption.plaintext(), encryption.certificate(),
                transferExpiryDays, beginAnew, List.copyOf(addresses));
    }
}
