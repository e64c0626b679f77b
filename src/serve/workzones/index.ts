export { workZoneFeedRoutes } from './routes.ts'
