package io.inkstream.ops.web;

import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.hand.FilledSheet;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.hand.SheetException;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.hand.SheetReview;
import io.inkstream.ops.hand.Strength;
import io.inkstream.ops.rollout.RefusedChangeException;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.stack.ChildProcess;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one person makes a hand on the web page: photos come in one after the other, are reviewed, and become a version of a
 * model, made by the command {@code hand make} in a process of its own. Thread-safe.
 */
final class HandDesk implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Logger LOG = LoggerFactory.getLogger(HandDesk.class);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Cluster cluster;
    private final Distribution distribution;
    private final List<SheetLayout> layouts;
    private final Path folder;
    private final Set<Integer> pages = new TreeSet<>();
    private FilledSheet sheet;
    private SheetReview review;
    private BufferedImage seen;
    private volatile Job job = new Job(State.NONE, "", "", "");
    private volatile ChildProcess process;
    private volatile boolean closed;

    enum State {
        NONE,
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * A hand that is made.
     *
     * @param message how far it is, or why it failed
     */
    record Job(State state, String message, String model, String style) {}

    /**
     * @param layouts sheets that pages may be of
     * @param folder for strokes, bundles and logs
     */
    HandDesk(Cluster cluster, Distribution distribution, List<SheetLayout> layouts, Path folder) {
        this.cluster = cluster;
        this.distribution = distribution;
        this.layouts = List.copyOf(layouts);
        this.folder = folder;
        this.sheet = new FilledSheet(layouts);
    }

    /**
     * Reads a page off a photo.
     *
     * @throws SheetException if it shows none; {@link #seen} shows why then
     */
    synchronized int add(BufferedImage photo) throws SheetException {
        try {
            int page = sheet.add(photo);
            pages.add(page);
            review = null;
            return page;
        } catch (SheetException e) {
            seen = e.seen(photo);
            throw e;
        }
    }

    /** Forgets all photos. */
    synchronized void clear() {
        sheet = new FilledSheet(layouts);
        pages.clear();
        review = null;
        seen = null;
    }

    /** Numbers of the pages that were read. */
    synchronized Set<Integer> pages() {
        return new TreeSet<>(pages);
    }

    /** The last photo that could not be read, made small. */
    synchronized Optional<BufferedImage> seen() {
        return Optional.ofNullable(seen);
    }

    /** What was read so far; nothing before the first photo. */
    synchronized Optional<SheetReview> review() {
        if (review == null && !pages.isEmpty()) {
            try (ServerReader reader = ServerReader.open()) {
                review = SheetReview.of(
                        sheet,
                        ModelFiles.parse(ModelFiles.fetch(cluster, base())).manifest(),
                        reader);
            } catch (InvalidBundleException e) {
                throw new IllegalStateException("the announced model is not whole: " + e.getMessage(), e);
            }
        }
        return Optional.ofNullable(review);
    }

    Job job() {
        ChildProcess running = process;
        Job now = job;
        return running == null || now.state() != State.RUNNING
                ? now
                : new Job(now.state(), running.lastLine(), now.model(), now.style());
    }

    /**
     * Begins to make a hand of what was read.
     *
     * @throws IllegalArgumentException if it cannot begin, saying why
     * @throws IOException if its files cannot be written
     */
    synchronized void make(String name, Strength strength) throws IOException, InvalidBundleException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name has 1 to 40 small letters, digits and hyphens, and begins with no hyphen");
        }
        if (job.state() == State.RUNNING) {
            throw new IllegalArgumentException("a hand is being made; wait for it");
        }
        SheetReview read = review().orElseThrow(
                        () -> new IllegalArgumentException("there are no photos of a filled-in sheet yet"));
        ModelId id = next(name);
        ModelId base = base();
        String strokes = String.join("\n", read.strokes(name)) + "\n";
        Files.createDirectories(folder);
        Path written = Files.writeString(folder.resolve(name + ".jsonl"), strokes, StandardCharsets.UTF_8);
        Path parent = Files.write(folder.resolve("base.zip"), ModelFiles.fetch(cluster, base));
        Path bundle = folder.resolve(name + "-" + id.version() + ".zip");
        // Other photos are another training.
        String training = "training-" + name + "-"
                + ModelBundle.sha256(strokes.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
        List<String> command = List.of(
                "hand",
                "make",
                "--from",
                written.toString(),
                "--name",
                name,
                "--strength",
                strength.name(),
                "--training",
                folder.resolve(training).toString(),
                "--base",
                parent.toString(),
                "--model",
                id.toString(),
                "--bundle",
                bundle.toString());
        process = null;
        job = new Job(State.RUNNING, "begins", id.toString(), name);
        Thread thread = new Thread(() -> job = made(command, bundle, base, job), "page-hand");
        thread.setDaemon(true);
        thread.start();
    }

    private Job made(List<String> command, Path bundle, ModelId base, Job begun) {
        String why;
        try {
            ChildProcess making = ChildProcess.start(
                    "hand make",
                    distribution.command(command),
                    Map.of(),
                    bundle.resolveSibling(bundle.getFileName() + ".log"));
            process = making;
            while (making.awaitEnd(LOOK).isEmpty()) {
                if (closed) {
                    making.kill();
                }
            }
            if (making.awaitEnd(LOOK).orElse(1) == 0) {
                keepServing(base);
                ModelFiles.publish(cluster, Files.readAllBytes(bundle));
                return new Job(State.DONE, "published", begun.model(), begun.style());
            }
            why = making.lastLine();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "interrupted";
        } catch (Exception e) {
            LOG.warn("the hand {} was not made", begun.style(), e);
            why = e.getMessage();
        }
        return new Job(State.FAILED, why, begun.model(), begun.style());
    }

    /** The newest version serves those who name none: without a policy that would be somebody's hand from now on. */
    private void keepServing(ModelId base) throws RefusedChangeException {
        try (RolloutDesk desk = new RolloutDesk(cluster, SILENCE, InstantSource.system(), System::nanoTime)) {
            if (!desk.situation().policies().containsKey(base.name())) {
                desk.change(
                        base.name(),
                        false,
                        null,
                        "before an own hand was published",
                        next -> next.promote(base, false));
            }
        }
    }

    /** The newest model without anybody's own hand. */
    private ModelId base() {
        return Announcements.read(cluster).values().stream()
                .filter(model -> ModelKind.HANDWRITING.is(model) && !PublishedHand.hasOne(model))
                .max(Comparator.comparing(ModelAnnouncement::getAnnouncedAt))
                .map(model -> new ModelId(model.getName(), model.getVersion()))
                .orElseThrow(() -> new IllegalArgumentException("no model is published yet"));
    }

    private ModelId next(String name) {
        Set<String> taken = Announcements.read(cluster).keySet();
        int version = 1;
        while (taken.contains(name + ":" + version)) {
            version++;
        }
        return new ModelId(name, Integer.toString(version));
    }

    @Override
    public void close() {
        closed = true;
        ChildProcess running = process;
        if (running != null && running.isAlive()) {
            running.kill();
        }
    }
}
