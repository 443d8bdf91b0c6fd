// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.Optional;
import java.util.concurrent.Callable;

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

    HostCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CompanionException {
        if (port < 0 || port > PORT_MAX) {
            throw new ParameterException(spec.commandLine(), "'" + port + "' is not a port from 0 to " + PORT_MAX);
        }
        SessionPlan plan = options.plan(surroundings);
        return surroundings.shell(plan, false).run((executor, events) ->
                surroundings.sessions().host(plan, Optional.ofNullable(bindAddress), port, executor, events));
    }
}
