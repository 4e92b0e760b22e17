import { startTwin } from 'mosaic-cdk/twin';

const twin = await startTwin({ assembly: 'cdk.out', data: '.mosaic-from-code', port: 0 });
const [url] = Object.values(twin.status().urls);
const answer = await fetch(`${url}/orders`);
console.log(await answer.text());
await twin.down();
