import { describeConformance } from "./describe-language.ts";

describeConformance("go");
