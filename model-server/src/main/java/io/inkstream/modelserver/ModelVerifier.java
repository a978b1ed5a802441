package io.inkstream.modelserver;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.modelserver.repository.BundleJudge;
import io.inkstream.modelserver.repository.CanaryReport;
import io.inkstream.modelserver.repository.NotNowException;
import io.inkstream.modelserver.repository.RejectedModelException;
import io.inkstream.modelserver.repository.VersionState;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Judges bundles as a model server of the same settings does before it lets them serve, without a cluster. For one thread
 * at a time.
 */
public final class ModelVerifier implements AutoCloseable {
    private final ServerReader reader;
    private final BundleJudge judge;
    private final long maxBundleBytes;

    /** What becomes of a bundle. */
    public sealed interface Verdict {
        <T> T match(Function<Accepted, T> accepted, Function<Refused, T> refused);
    }

    /**
     * A server would make it READY.
     *
     * @param manifest manifest of the bundle
     * @param sha256 digest of its bytes, lower-case hex
     * @param canary figures of its drawings by name, as topic {@code model-status} shows them, and a line that it drew
     * @param judged what was looked at, in sentences for people
     */
    public record Accepted(Manifest manifest, String sha256, CanaryReport canary, List<String> judged)
            implements Verdict {
        public Accepted {
            requireNonNull(manifest, "manifest");
            requireNonNull(sha256, "sha256");
            requireNonNull(canary, "canary");
            judged = List.copyOf(judged);
        }

        @Override
        public <T> T match(Function<Accepted, T> accepted, Function<Refused, T> refused) {
            return accepted.apply(this);
        }
    }

    /**
     * A server would make it REJECTED.
     *
     * @param stage how far it would have come: DOWNLOADING (its size), VERIFYING (its format), WARMING (its networks run),
     *     CANARY (what they draw)
     * @param reason what is wrong with it
     */
    public record Refused(VersionState stage, String reason) implements Verdict {
        public Refused {
            requireNonNull(stage, "stage");
            requireNonNull(reason, "reason");
        }

        @Override
        public <T> T match(Function<Accepted, T> accepted, Function<Refused, T> refused) {
            return refused.apply(this);
        }
    }

    private ModelVerifier(ServerReader reader, BundleJudge judge, long maxBundleBytes) {
        this.reader = reader;
        this.judge = judge;
        this.maxBundleBytes = maxBundleBytes;
    }

    /**
     * Opens the reader that comes with the server.
     *
     * @param settings of {@link ModelServerSettings}: engine, largest bundle, gate
     * @throws SettingsException if they contradict each other
     */
    public static ModelVerifier open(Settings settings) {
        ServerReader reader = ServerReader.open();
        try {
            return new ModelVerifier(
                    reader, ModelLoading.judge(settings, reader), settings.get(ModelServerSettings.MAX_BUNDLE_BYTES));
        } catch (SettingsException e) {
            reader.close();
            throw e;
        }
    }

    /** Judges one bundle; takes under a second of a core. */
    public Verdict verify(byte[] bundle) {
        if (bundle.length < 1 || bundle.length > maxBundleBytes) {
            return new Refused(
                    VersionState.DOWNLOADING,
                    "its bundle has " + bundle.length + " bytes; this server takes 1 to " + maxBundleBytes
                            + " (inkstream.model.server.max.bundle.bytes)");
        }
        VersionState[] stage = {VersionState.VERIFYING};
        try {
            BundleJudge.Passed passed = judge.judge(bundle, manifest -> {}, reached -> stage[0] = reached);
            try (var predictor = passed.predictor()) {
                return new Accepted(
                        passed.bundle().manifest(),
                        ModelBundle.sha256(bundle),
                        passed.canary(),
                        judged(bundle, passed, predictor.engine()));
            }
        } catch (RejectedModelException e) {
            return new Refused(stage[0], e.getMessage());
        } catch (NotNowException e) {
            return new Refused(stage[0], e.getMessage());
        } catch (RuntimeException e) {
            return new Refused(stage[0], "loading it failed: " + e);
        }
    }

    @Override
    public void close() {
        reader.close();
    }

    private List<String> judged(byte[] bundle, BundleJudge.Passed passed, String engine) {
        Manifest manifest = passed.bundle().manifest();
        var figures = passed.canary().figures();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "size: %,d bytes of at most %,d; format version %d",
                        bundle.length,
                        maxBundleBytes,
                        manifest.formatVersion()),
                "manifest: " + manifest.id() + ", " + manifest.classes().size() + " characters, "
                        + manifest.styles().size() + " styles",
                "networks: allowed operators, fitting shapes, finite weights and results, run by " + engine,
                String.format(
                        Locale.ROOT,
                        "drawings: %.0f looked at for ink, variety, style and class; those of %.0f characters read by the"
                                + " server's reader, %.0f that it does not know judged by ink and variety alone",
                        figures.get("drawings"),
                        figures.get("read_classes"),
                        figures.get("unread_classes")),
                "line: drawn whole, no letter without ink");
    }
}
