// How the stored state in this folder is made anew: `cargo xtask state`.
import scenes from "../playwright.config.ts";

export default { ...scenes, testDir: ".", testMatch: "*.made.ts", outputDir: "../../dist/work/state" };
