export { Onlooker, placeIn, resultOf, submitted, type Witness } from "./submission.ts";
