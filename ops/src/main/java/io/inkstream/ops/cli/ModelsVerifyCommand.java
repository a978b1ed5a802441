package io.inkstream.ops.cli;

import io.inkstream.modelserver.ModelServerSettings;
import io.inkstream.modelserver.ModelVerifier;
import io.inkstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Checks a bundle as a model server does before the version may serve, without a cluster.",
            "Checks format, networks and weights, has it draw, and reads the drawings with the server's own reader. Exit",
            "code 0 if a server would make it READY, 1 and the reason if it would REJECT it."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream models verify trainer/models/inkstream-base-5.zip"})
final class ModelsVerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "BUNDLE", description = "The bundle, a .zip file.")
    private Path bundle;

    @Option(names = "-X", paramLabel = "KEY=VALUE", description = "A setting of the model server; may be repeated.")
    private Map<String, String> values = new TreeMap<>();

    @Mixin
    private ResultOptions results;

    /**
     * The verdict; the names are fixed.
     *
     * @param model absent where it is refused
     * @param stage how far a refused one would have come
     */
    private record Result(
            String bundle,
            boolean accepted,
            String model,
            String sha256,
            String stage,
            String reason,
            Map<String, Double> figures,
            List<String> judged) {}

    @Override
    public Integer call() {
        byte[] file = InputFiles.bytes(bundle);
        Settings settings = Settings.of(ModelServerSettings.ALL, Map.of(), System.getenv(), values);
        Result result;
        try (ModelVerifier verifier = ModelVerifier.open(settings)) {
            result = verifier.verify(file)
                    .match(
                            accepted -> new Result(
                                    bundle.toString(),
                                    true,
                                    accepted.manifest().id().toString(),
                                    accepted.sha256(),
                                    null,
                                    "",
                                    new TreeMap<>(accepted.canary().figures()),
                                    accepted.judged()),
                            refused -> new Result(
                                    bundle.toString(),
                                    false,
                                    null,
                                    null,
                                    refused.stage().name(),
                                    refused.reason(),
                                    Map.of(),
                                    List.of()));
        }
        if (results.isJson()) {
            Printed.json(spec, result);
        } else if (result.accepted()) {
            result.judged().forEach(sentence -> Printed.lines(spec, sentence));
            Printed.lines(spec, "accepted: " + result.model() + " " + result.sha256());
        }
        if (!result.accepted()) {
            Printed.note(spec, bundle + " would be rejected while " + result.stage() + ": " + result.reason());
            return ExitCodes.FAILED;
        }
        return ExitCodes.DONE;
    }
}
