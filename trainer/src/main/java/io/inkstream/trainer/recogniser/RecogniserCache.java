package io.inkstream.trainer.recogniser;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Sha256;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teaches a recogniser only once: the next time the same samples are to be taught in the same way, it comes from a folder.
 *
 * <p>The folder holds the 24 that were taught last, and may be deleted at any time. One that cannot be written costs time,
 * not the recogniser. For one thread and one process.
 */
public final class RecogniserCache {
    private static final Logger LOG = LoggerFactory.getLogger(RecogniserCache.class);
    private static final int KEPT = 24;
    private static final int NAME_LENGTH = 24;

    private final Path folder;
    private final Workers workers;

    public RecogniserCache(Path folder, Workers workers) {
        this.folder = requireNonNull(folder, "folder");
        this.workers = requireNonNull(workers, "workers");
    }

    /** Returns the recogniser that {@link RecogniserTraining} makes of the samples. */
    public Recogniser teach(
            RecogniserShape shape,
            SampleSet samples,
            RecogniserTraining.Config how,
            RecogniserTraining.Listener listener) {
        String what = shape + " " + how + " " + workers.count() + " workers " + samples.digest();
        Path place = folder.resolve("recogniser-" + sha256(what).substring(0, NAME_LENGTH));
        Optional<Recogniser> known = read(place, what, shape);
        if (known.isPresent()) {
            return known.get();
        }
        Recogniser taught = new RecogniserTraining(how, workers).teach(shape, samples, listener);
        keep(place, what, taught, how.steps());
        return taught;
    }

    private Optional<Recogniser> read(Path place, String what, RecogniserShape shape) {
        if (!Files.isDirectory(place)) {
            return Optional.empty();
        }
        try {
            return new CheckpointStore(place, 1)
                    .latest()
                    .filter(kept -> kept.signature().equals(what))
                    .map(kept -> new Recogniser(
                            shape,
                            kept.arrays().get("parameters"),
                            kept.arrays().get("statistics")));
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}); the recogniser is trained again.", place, e.toString());
            return Optional.empty();
        }
    }

    private void keep(Path place, String what, Recogniser taught, int steps) {
        try {
            new CheckpointStore(place, 1)
                    .save(new Checkpoint(
                            what, steps, Map.of("parameters", taught.parameters(), "statistics", taught.statistics())));
            forgetOld();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} cannot be written ({}); the recogniser will be trained again next time.", place, e.toString());
        }
    }

    private void forgetOld() throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> places = Files.list(folder)) {
            newestFirst = places.filter(p -> p.getFileName().toString().startsWith("recogniser-"))
                    .sorted(Comparator.comparing(RecogniserCache::written).reversed())
                    .toList();
        }
        for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
            try (Stream<Path> files = Files.list(old)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(old);
        }
    }

    private static FileTime written(Path place) {
        try {
            return Files.getLastModifiedTime(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }
}
