package io.inkstream.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window and without a past, as somebody has installed it. */
final class Browser implements AutoCloseable {
    private static final Duration LIMIT = SharedInkstream.LIMIT;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String AXE = "/axe.min.js";

    private final ChromeDriver driver;
    private final Path downloads;

    private Browser(ChromeDriver driver, Path downloads) {
        this.driver = driver;
        this.downloads = downloads;
    }

    /**
     * Starts one. Where none is installed the test is skipped; in a build that must have one it fails.
     *
     * @param downloads folder for what is saved
     */
    static Browser start(Path downloads) {
        Optional<Path> chromium =
                NAMES.stream().flatMap(name -> onPath(name).stream()).findFirst();
        Optional<Path> chromedriver = onPath("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "no Chromium: install the packages chromium and chromium-driver";
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(missing);
            }
            Assumptions.abort(missing);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toString());
        options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // it refuses to run otherwise
        }
        options.setExperimentalOption(
                "prefs",
                Map.of(
                        "download.default_directory",
                        downloads.toAbsolutePath().toString(),
                        "download.prompt_for_download",
                        false,
                        "profile.default_content_setting_values.automatic_downloads",
                        1));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get().toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), downloads);
        browser.size(1280, 900);
        return browser;
    }

    private static Optional<Path> onPath(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(String address) {
        // Another fragment alone would load nothing.
        driver.get("about:blank");
        driver.get(address);
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    WebElement at(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** The text of an element, seen or not. */
    String text(String selector) {
        return String.valueOf(run("return document.querySelector(arguments[0])?.textContent", selector));
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Waits until something is so. */
    void await(String what, Supplier<Boolean> isSo) throws InterruptedException {
        await(what, LIMIT, isSo);
    }

    /** The same, at most as long as said. */
    void await(String what, Duration limit, Supplier<Boolean> isSo) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                if (isSo.get()) {
                    return;
                }
            } catch (NoSuchElementException | StaleElementReferenceException e) {
                // not yet, or not any more
            }
            if (System.nanoTime() - begun > limit.toNanos()) {
                throw new AssertionError(what + " did not come; the page says: " + text("body"));
            }
            Thread.sleep(100);
        }
    }

    void awaitText(String selector, String words) throws InterruptedException {
        await("'" + words + "' in " + selector, () -> text(selector).contains(words));
    }

    /** Waits for the only file that is saved, and takes it away. */
    byte[] saved() throws InterruptedException, IOException {
        await("a saved file", () -> savedFile().isPresent());
        Path file = savedFile().orElseThrow();
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    /** While it is being saved, it has another name: one that begins with a full stop, or ends with its own extension. */
    private Optional<Path> savedFile() {
        try (Stream<Path> files = Files.list(downloads)) {
            List<Path> all = files.toList();
            String name = all.isEmpty() ? "" : all.get(0).getFileName().toString();
            boolean isWhole = all.size() == 1
                    && !name.startsWith(".")
                    && !name.endsWith(".crdownload")
                    && Files.size(all.get(0)) > 0;
            return isWhole ? Optional.of(all.get(0)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What the console says since this was asked last. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::toString)
                .toList();
    }

    /** What keeps people from using the page as it is now, by axe's rules; what is a matter of taste is left out. */
    List<String> barriers() throws IOException {
        try (InputStream axe = Browser.class.getResourceAsStream(AXE)) {
            run(new String(axe.readAllBytes(), UTF_8));
        }
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations
                    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                    .map((one) => one.id + ': ' + one.help + ': ' + one.nodes.map((node) => node.html).join(' '))),
                  (error) => done(['axe failed: ' + error]));
                """);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
