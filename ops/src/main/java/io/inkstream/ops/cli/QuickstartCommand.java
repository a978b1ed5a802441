package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.RunDirectory;
import io.inkstream.ops.stack.StartException;
import io.inkstream.ops.web.WebPage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "quickstart",
        description = {
            "Runs a whole Inkstream on this machine and draws a sample text.",
            "Starts a Kafka broker, a schema registry, a model server and the topology as processes, publishes the",
            "shipped model and a text, saves the line and page images, and runs until Ctrl-C.",
            "Needs no Docker and no network. Ports that are taken are replaced by free ones."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream quickstart",
            "  inkstream quickstart --text \"Happy birthday, Ada!\" --style neat --seed 7 --once",
            "  inkstream quickstart --file letter.txt --out letter --line-height 128",
        })
final class QuickstartCommand implements Callable<Integer> {
    private static final String DOCUMENT = "quickstart";
    private static final String SAMPLE = """
            Dear reader,
            nobody has ever written this line by hand. The text went into a Kafka topic, a small network drew its \
            letters, and the page in front of you came out of another topic.
            Look closely: no two letters in a word are quite the same, yet it is one person's hand. Change the seed, \
            and somebody else takes up the pen.""";

    @Spec
    private CommandSpec spec;

    @Mixin
    private TextOptions text;

    @Mixin
    private DocumentOptions look;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where images, logs and data go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(names = "--once", description = "End with exit code 0 when the images are saved.")
    private boolean once;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "Model bundle to publish (default: the shipped one).")
    private Path bundle;

    @Option(names = "-X", paramLabel = "KEY=VALUE", description = "A setting of the model server or the topology.")
    private Map<String, String> values = Map.of();

    private final long startNanos = System.nanoTime();

    @Override
    public Integer call() throws StartException, WriteFailedException, IOException {
        String words = text.text(System.in).orElse(SAMPLE);
        Distribution distribution = Distribution.current();
        Path model = bundle != null ? bundle : shippedModel(distribution);
        byte[] modelFile = InputFiles.bytes(model);
        Settings settings = Settings.of(OpsSettings.ALL, Map.of(), Map.of(), values);
        RunDirectory directory = RunDirectory.create(out);
        try (LocalInkstream inkstream =
                new LocalInkstream(distribution, directory.path(), Addresses.preferDefaults(), values)) {
            Thread hook = new Thread(
                    () -> {
                        inkstream.close();
                        directory.deleteData();
                    },
                    "shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            return run(inkstream, settings, model, modelFile, words);
        }
    }

    private int run(LocalInkstream inkstream, Settings settings, Path model, byte[] modelFile, String words)
            throws StartException, WriteFailedException, IOException {
        Duration limit = settings.get(OpsSettings.START_TIMEOUT);
        PrintWriter print = spec.commandLine().getOut();
        say(print, "logs", inkstream.logs().toString());
        inkstream.startAll(limit, part -> progress(part.label() + " is up"));
        Addresses at = inkstream.addresses();
        say(print, "bootstrap", at.bootstrap());
        say(print, "registry", at.registryUrl());
        say(print, "grpc", at.grpcTarget());
        say(print, "health", at.topologyHealth());

        Cluster cluster = inkstream.cluster();
        ModelAnnouncement announced = ModelsPublishCommand.publish(cluster, model, modelFile);
        progress("published " + announced.getName() + ":" + announced.getVersion());
        WebPage page = WebPage.open(
                cluster,
                Distribution.current(),
                out.resolve("hands"),
                Addresses.portOr(settings.get(OpsSettings.PAGE_PORT)));
        say(print, "page", page.address());
        Saver saver = new Saver(out, print, spec.commandLine().getErr(), spec.qualifiedName());
        try (EventReader reader = cluster.eventReader(EventReader.From.END, saver::passedOver);
                TextWriter writer = cluster.textWriter()) {
            RecordMetadata written = writer.write(DOCUMENT, look.document(words, true));
            inkstream.awaitHealthy(Part.MODEL_SERVER, limit);
            progress("model-server is ready");
            inkstream.awaitHealthy(Part.TOPOLOGY, limit);
            progress("topology is ready");
            int exit = RenderCommand.follow(reader, DOCUMENT, written, true, saver, limit);
            progress("all images are saved");
            if (once) {
                return exit;
            }
        }
        progress("running; Ctrl-C ends it");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCodes.DONE;
    }

    static Path shippedModel(Distribution distribution) {
        List<Path> shipped = distribution.shippedModels();
        if (shipped.isEmpty()) {
            throw new CommandException(ExitCodes.FAILED, "this build has no model bundle; name one with --bundle FILE");
        }
        return shipped.get(shipped.size() - 1);
    }

    private static void say(PrintWriter print, String name, String value) {
        print.println(name + ": " + value);
        print.flush();
    }

    private void progress(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf("[%5.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, what);
        err.flush();
    }
}
